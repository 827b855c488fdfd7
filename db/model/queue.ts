import { type Lane, lanes } from './scan.ts'

/** What can be paused apart: scans by their lane, and every other queue. */
export const pausableQueues = [
  'scans-interactive',
  'scans-scheduled',
  'scans-bulk',
  'mail',
  'alerts',
  'batches',
] as const
export type PausableQueue = (typeof pausableQueues)[number]

export const queueOfLane = (lane: Lane): PausableQueue => `scans-${lane}`

/** The number by which a lane stands in the database; null for a queue that is none. */
export function laneNumberOf(queue: PausableQueue): number | null {
  const number = lanes.findIndex((lane) => queueOfLane(lane) === queue)
  return number === -1 ? null : number
}

/** A worker that was not heard of for so long is shown as silent. */
export const silentAfterSeconds = 10
