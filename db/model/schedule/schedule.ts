/** A tick that falls due while the one before has not ended: it is left out, or waits for its end. */
export const overlaps = ['skip', 'queue'] as const
/** Ticks that nobody was there to run: the last of them is run late, or none is. */
export const catchUps = ['once', 'none'] as const
/** Waiting for the tick before, under way, over, or not run for a reason. */
export const tickStatuses = ['waiting', 'running', 'ended', 'missed'] as const
/** What a window does to scans that run when it opens. */
export const runningPolicies = ['finish', 'pause'] as const

export type Overlap = (typeof overlaps)[number]
export type CatchUp = (typeof catchUps)[number]
export type TickStatus = (typeof tickStatuses)[number]
export type RunningPolicy = (typeof runningPolicies)[number]

/** Why a tick did not run, or a target of it was left out; a target may also be refused by a rule's name. */
export const missedReasons = {
  down: 'Nobody ran schedules at that time.',
  paused: 'The schedule was paused.',
  blackout: 'A window in which nothing may begin was open.',
  overlap: 'The tick before had not ended.',
  'no-targets': 'No target was selected.',
  'outward-off': 'All outward packets were stopped.',
  'queue-full': 'Too many scans of the organisation waited.',
  archived: 'The target is archived.',
  several: 'Each of its targets was left out, for more than one reason.',
} as const
export type MissedReason = keyof typeof missedReasons

/** More often than this says nothing new and only troubles the target. */
export const everySecondsAtLeast = 300
export const schedulesAtMost = 1000
export const blackoutsAtMost = 200
