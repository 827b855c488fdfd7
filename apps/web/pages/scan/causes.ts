import { plainReason } from '../../parts/ways-out.ts'
import type { Gathered, Run, Told } from './told.ts'

/** Why some of a scan could not be told: one scanner and one reason, with all that it kept from being told. */
export interface Cause {
  readonly scanner: string
  readonly title: string
  readonly reason: string
  /** In the scanner's words; only where the whole run ended so. */
  readonly detail: string | null
  /** The whole run told nothing, or not all, for this reason. */
  readonly isWholeRun: boolean
  readonly checks: readonly Gathered[]
  /** What was asked, and gave no usable answer. */
  readonly asks: readonly string[]
}

const told = new Set<Run['status']>(['completed', 'refused', 'not-asked', 'queued', 'running'])

/** What could not be told by its causes: those that keep the most from being told come first. */
export function causesOf(runs: readonly Run[], { unknown }: Pick<Told, 'unknown'>): Cause[] {
  const causes = new Map<string, { -readonly [Name in keyof Cause]: Cause[Name] }>()
  const causeOf = (scanner: string, code: string) => {
    const reason = plainReason(code)
    const key = `${scanner}\n${reason}`
    const title = runs.find((run) => run.scanner === scanner)?.title ?? scanner
    const cause = causes.get(key) ?? { scanner, title, reason, detail: null, isWholeRun: false, checks: [], asks: [] }
    causes.set(key, cause)
    return cause
  }
  for (const { scanner, status, reason, detail } of runs) {
    if (told.has(status)) continue
    Object.assign(causeOf(scanner, reason ?? 'unknown'), { detail, isWholeRun: true })
  }
  for (const gathered of unknown) {
    const cause = causeOf(gathered.finding.scanner, gathered.finding.reason ?? 'unknown')
    cause.checks = [...cause.checks, gathered]
  }
  for (const { scanner, coverage } of runs)
    for (const { what, reason } of coverage?.unanswered ?? []) {
      const cause = causeOf(scanner, reason)
      cause.asks = [...cause.asks, what]
    }
  return [...causes.values()].sort(
    (a, b) =>
      Number(b.isWholeRun) - Number(a.isWholeRun) || b.checks.length - a.checks.length || b.asks.length - a.asks.length,
  )
}
