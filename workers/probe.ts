import { z } from 'zod'
import { DomainError } from '#db/model/errors.ts'
import { type Judgement, type Severity, severities } from '#db/model/finding.ts'
import type { Coverage } from '#db/model/scan.ts'
import { readTarget, type Target } from '#db/model/target.ts'
import { judge } from './findings/judge.ts'
import { visitor } from './network/authority.ts'
import { createDoor, type NetworkSettings } from './network/live.ts'
import { politePace, provedPace } from './network/turns.ts'
import { scanners as allScanners } from './scanners/index.ts'
import { type Outcome, runScanner } from './scanners/run.ts'
import { type AnyScanner, visitConnectionsOf } from './scanners/scanner.ts'

export { networkSettings } from './network/live.ts'
export { ownEndpoints } from './network/own-endpoints.ts'

export interface ProbeRequest {
  readonly scanner: string
  readonly target: string
  readonly options?: unknown
}

export interface ProbeDeps {
  readonly network: NetworkSettings
  /** Ends the probe early; what was seen until then is kept. */
  readonly signal: AbortSignal
  /** Whoever probes states that the targets may be probed; without it strangers' hosts are only visited. */
  readonly isAttested?: boolean
  /** For tests: other scanners than the product's. */
  readonly scanners?: Readonly<Record<string, AnyScanner>>
  /** Told of a bug of ours, of which the result says only `internal`. */
  readonly onBug?: (error: unknown) => void
}

/** One finding as a report shows it: the rule's words beside what it saw. */
export interface ProbeFinding extends Judgement {
  readonly title: string
  readonly severity: Severity
  readonly remedy: string
  readonly reference: string
}

/** What one scanner said about one target, as one JSON line. */
export interface ProbeResult {
  readonly scanner: string
  /** As given. */
  readonly target: string
  readonly canonical: string | null
  /** With the defaults filled in; as given where they are invalid. */
  readonly options: unknown
  /** A run's end, or `invalid` for a request that names no scanner or has bad options. */
  readonly status: Outcome['status'] | 'not-asked' | 'invalid'
  readonly reason: string | null
  readonly detail?: string
  readonly result: unknown
  readonly coverage: Coverage | null
  /** Verdicts `present` and `unknown`, the gravest first. */
  readonly findings: readonly ProbeFinding[]
  readonly millis: number
}

/** Runs one scanner here and now, without API, queue or database. Never throws for what the caller or the target did. */
export async function probe(request: ProbeRequest, deps: ProbeDeps): Promise<ProbeResult> {
  const startedAt = performance.now()
  const answered = await answer(request, deps)
  return {
    scanner: request.scanner,
    target: request.target,
    canonical: null,
    options: request.options ?? {},
    result: null,
    coverage: null,
    findings: [],
    ...answered,
    millis: Math.round(performance.now() - startedAt),
  }
}

type Answer = Pick<ProbeResult, 'status' | 'reason'> & Partial<ProbeResult>

async function answer({ scanner: name, target: text, options: input }: ProbeRequest, deps: ProbeDeps): Promise<Answer> {
  const scanners = deps.scanners ?? allScanners
  const scanner = Object.hasOwn(scanners, name) ? (scanners as Record<string, AnyScanner>)[name] : undefined
  if (scanner === undefined) {
    return { status: 'invalid', reason: 'unknown-scanner', detail: `There are: ${Object.keys(scanners).join(', ')}.` }
  }
  const options = scanner.options.safeParse(input ?? {})
  if (!options.success) return { status: 'invalid', reason: 'invalid-options', detail: z.prettifyError(options.error) }

  const target = readTarget(text)
  if (target instanceof DomainError) return refused({}, target.rule ?? target.code, target.message)
  const known = { canonical: target.canonical, options: options.data }
  const spelling = deps.network.guard.judgeSpelling(target)
  if (spelling) return refused(known, spelling.rule, spelling.detail)
  if (!scanner.accepts.includes(target.kind)) return { ...known, status: 'not-asked', reason: 'wrong-kind' }
  return { ...known, ...(await run(scanner, target, options.data, deps)) }
}

const refused = (known: Partial<ProbeResult>, reason: string, detail: string): Answer => ({
  ...known,
  status: 'refused',
  reason,
  detail,
})

async function run(scanner: AnyScanner, target: Target, options: unknown, deps: ProbeDeps): Promise<Answer> {
  const now = new Date()
  try {
    const basis = deps.isAttested === true ? 'attested' : 'passive'
    const authority = { ...visitor, basisOf: () => basis, visitConnections: visitConnectionsOf(scanner) } as const
    const outcome = await runScanner(scanner, target, options, {
      openDoor: (signal) => createDoor(deps.network, signal, authority),
      pace: deps.isAttested === true ? politePace : provedPace,
      signal: deps.signal,
      now,
      progress: () => {},
    })
    return 'result' in outcome ? { ...outcome, findings: findingsOf(scanner, outcome.result, now) } : outcome
  } catch (error) {
    deps.onBug?.(error)
    return { status: 'failed', reason: 'internal' }
  }
}

function findingsOf(scanner: AnyScanner, result: unknown, now: Date): ProbeFinding[] {
  return judge(scanner, result, now)
    .filter(({ verdict }) => verdict !== 'absent')
    .flatMap((judgement) => {
      const rule = scanner.rules.find(({ id }) => id === judgement.rule)
      if (rule === undefined) return []
      const { title, severity, remedy, reference } = rule
      return { ...judgement, title, severity, remedy, reference }
    })
    .sort((left, right) => severities.indexOf(right.severity) - severities.indexOf(left.severity))
}
