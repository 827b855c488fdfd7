import type { Severity } from '#db/model/finding.ts'
import { networkSettings, ownEndpoints, type ProbeResult, probe as probeOne } from '#workers/probe.ts'
import type { Context } from './context.ts'
import { messageOf } from './errors.ts'
import { type ExitCode, worstOf } from './exit-codes.ts'
import { exitCodeOf, type Gate } from './gate.ts'
import { inOrder } from './in-order.ts'
import { inert, inertJson } from '#db/model/inert.ts'
import { planOf } from './plan.ts'
import { renderReport } from './report/render.ts'
import { statement, type Told } from './report/statement.ts'
import { isBad, requestsOf } from './requests.ts'
import type { Run } from './scan-document.ts'
import type { Terminal } from './terminal.ts'

export interface ProbeOptions {
  readonly options?: Readonly<Record<string, unknown>>
  readonly input?: string
  readonly attest: boolean
  readonly concurrency: number
  readonly failOn: Severity
  readonly strict: boolean
  readonly json: boolean
}

/** A probe's result; a line that could not be read has no target. */
type Result = Omit<ProbeResult, 'target'> & { readonly target: string | null }

/** Runs one scanner in this process, for one target or for each line of a file. @throws CommandError */
export async function probe(
  scanner: string,
  target: string | undefined,
  options: ProbeOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, signal, settings } = context
  planOf({ scanners: [scanner], options: { [scanner]: options.options ?? {} } })
  const requests = requestsOf(target === undefined ? [] : [target], options.input, context)
  const config = await settings()
  const network = networkSettings({ ...config.scanning, own: await ownEndpoints(config) })

  const onBug = (error: unknown) => terminal.err(`${inert(`Portlight itself failed: ${messageOf(error)}`)}\n`)

  const results = inOrder(requests, options.concurrency, async (request): Promise<Result> => {
    if (isBad(request)) return unreadable(scanner, request.detail)
    const { target, options: own = options.options } = request
    return probeOne({ scanner, target, options: own }, { network, signal, onBug, isAttested: options.attest })
  })
  const codes = new Set<ExitCode>()
  for await (const result of results) {
    if (signal.aborted || terminal.isClosed()) break
    codes.add(codeOf(result, options))
    await terminal.out(spoken(result, options, terminal))
  }
  signal.throwIfAborted()
  return worstOf(codes)
}

const unreadable = (scanner: string, detail: string): Result => ({
  scanner,
  target: null,
  canonical: null,
  options: {},
  status: 'invalid',
  reason: 'invalid-line',
  detail,
  result: null,
  coverage: null,
  findings: [],
  millis: 0,
})

function codeOf(result: Result, gate: Gate): ExitCode {
  const { status, runs, findings } = toldBy(result)
  return exitCodeOf({ status, runs, findings }, gate)
}

function spoken(result: Result, { json, input }: ProbeOptions, { width, paint }: Terminal): string {
  if (json) return `${inertJson(result)}\n`
  const told = toldBy(result)
  if (input === undefined) return renderReport(told, { width: width(), paint, link: null })
  return `${inert(`${told.target.display}: ${statement(told)}`)}\n`
}

/** The result as a scan with one run, which is what a report and an exit code are made from. */
function toldBy({ scanner, target, canonical, status, reason, detail, result, coverage, findings }: Result): Told {
  const run = { scanner, reason, detail, result, coverage, status: runStatus[status] }
  const display = target ?? 'A line without a target'
  return {
    target: { display, canonical: canonical ?? display },
    status: scanStatus[status],
    reason,
    runs: [run],
    findings: findings.map((finding) => ({
      ...finding,
      scanner,
      verdict: finding.verdict === 'present' ? 'present' : 'unknown',
    })),
  }
}

const runStatus = {
  completed: 'completed',
  inconclusive: 'inconclusive',
  failed: 'failed',
  refused: 'refused',
  'not-asked': 'not-asked',
  invalid: 'refused',
} as const satisfies Record<ProbeResult['status'], Run['status']>

/** A scan of this one scanner would end so; the API takes none that has nothing to run. */
const scanStatus = {
  completed: 'completed',
  inconclusive: 'completed',
  failed: 'failed',
  refused: 'refused',
  'not-asked': 'refused',
  invalid: 'refused',
} as const satisfies Record<ProbeResult['status'], Told['status']>
