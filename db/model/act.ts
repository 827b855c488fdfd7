/** What an admin of the instance can do to many scans at once. */
export const acts = ['retry', 'cancel', 'prioritise'] as const
export type Act = (typeof acts)[number]

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
}
