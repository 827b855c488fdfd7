import type { Coverage, Progress } from '#db/model/scan.ts'
import type { Target } from '#db/model/target.ts'
import { NotAllowed, type NetworkDoor, type Pace } from '#workers/network/door.ts'
import { type AnyScanner, ScanFailure } from './scanner.ts'

/** How a run ended. A result may stand beside `inconclusive` too: what was seen before time was over. */
export type Outcome =
  | { readonly status: 'completed'; readonly reason: null; readonly result: unknown; readonly coverage: Coverage }
  | { readonly status: 'inconclusive'; readonly reason: string; readonly result: unknown; readonly coverage: Coverage }
  | { readonly status: 'failed' | 'refused'; readonly reason: string; readonly detail?: string }

export interface RunContext {
  /** Opens the door for this run; what it opened is closed when the signal aborts. */
  readonly openDoor: (signal: AbortSignal) => NetworkDoor
  /** Ends the run from outside: the lease was lost, somebody cancelled. */
  readonly signal: AbortSignal
  readonly now: Date
  /** The slowest that an address of the target may be asked at. */
  readonly pace: Pace
  readonly progress: (progress: Progress) => void
}

/** Runs one scanner with options that its schema has filled in. What the target does to us is an outcome; only our own mistakes are thrown. */
export async function runScanner(
  scanner: AnyScanner,
  target: Target,
  input: unknown,
  context: RunContext,
): Promise<Outcome> {
  const options = scanner.options.parse(input)
  const millis = scanner.longestMillis(options, context.pace)
  const deadline = AbortSignal.timeout(millis)
  const over = new AbortController()
  const signal = AbortSignal.any([context.signal, deadline, over.signal])
  const network = context.openDoor(signal)
  try {
    const { result, coverage, inconclusive } = await scanner.scan(target, options, {
      network,
      signal,
      now: context.now,
      millis,
      progress: context.progress,
    })
    const kept = { result: scanner.result.parse(result), coverage }
    if (deadline.aborted) return { status: 'inconclusive', reason: 'deadline', ...kept }
    if (inconclusive !== undefined) return { status: 'inconclusive', reason: inconclusive, ...kept }
    return { status: 'completed', reason: null, ...kept }
  } catch (error) {
    if (error instanceof NotAllowed) return { status: 'refused', reason: error.rule, detail: error.message }
    if (error instanceof ScanFailure) return { status: 'failed', reason: error.reason, detail: error.message }
    throw error
  } finally {
    over.abort()
  }
}
