/** What an admin of the instance can do to many scans at once. */
export const acts = ['retry', 'cancel', 'prioritise'] as const
export type Act = (typeof acts)[number]

/** How the retry of a scan that failed or told nothing stands: not retried, asked again and not ended, all told, failed or untold once more. */
export const retryStandings = ['none', 'waits', 'told', 'failed'] as const
export type RetryStanding = (typeof retryStandings)[number]

/** Scans that one call acts on: it is one transaction. */
export const actedAtMost = 500
/** Matches are counted up to here. */
export const countedAtMost = 10_000
/** Targets that one text may match: beyond, it says too little. */
export const targetsAtMost = 1000

export interface ActOutcome {
  readonly id: string
  readonly act: Act
  /** Scans that were acted on. */
  readonly done: number
  /** Those that were not, by why. */
  readonly skipped: Readonly<Record<string, number>>
  /** The last of them where more match than one call acts on: the next part begins behind it. */
  readonly next: { readonly createdAt: string; readonly id: string } | null
}
