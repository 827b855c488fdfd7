import type { TargetWords } from './target-facts.ts'

/** A batch is received, read, then either shown (a dry run) or run; the last three are final. */
export const batchStatuses = [
  'receiving',
  'reading',
  'previewed',
  'running',
  'completed',
  'failed',
  'cancelled',
] as const
export type BatchStatus = (typeof batchStatuses)[number]

/** A row that cannot be scanned, or that an earlier row says already; one that waits for its scan; else how its scan stands. */
export const rowStatuses = [
  'bad',
  'duplicate',
  'waiting',
  'open',
  'completed',
  'failed',
  'cancelled',
  'refused',
] as const
export type RowStatus = (typeof rowStatuses)[number]

export const rowsAtMost = 100_000
export const uploadBytesAtMost = 32 * 1024 * 1024

export const isBatchFinal = (status: BatchStatus) =>
  status === 'completed' || status === 'failed' || status === 'cancelled'

/** What becomes of a row: a scan, or a target that is watched. */
export const batchPurposes = ['scans', 'targets'] as const
export type BatchPurpose = (typeof batchPurposes)[number]

/** What a scan of a batch is asked with, where it is not the usual. */
export interface BatchOptions {
  /** Of a whole batch; scans where nothing is said. */
  readonly purpose?: BatchPurpose
  /** Of a row that becomes a target. */
  readonly facts?: TargetWords
  readonly scanners?: Readonly<Record<string, object | undefined>>
  readonly maxAge?: number
}
