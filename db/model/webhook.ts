/** What a webhook can be told; each has its document in `data`. */
export const webhookEvents = [
  'scan.completed',
  'scan.failed',
  'scan.cancelled',
  'scan.refused',
  'batch.completed',
  'batch.cancelled',
  'alert',
  'webhook.test',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]

/** Everything but the test, which goes to whoever asks for it, and alerts, which go where a route leads. */
export const subscribable = webhookEvents.filter((event) => event !== 'webhook.test' && event !== 'alert')

export const deliveryStatuses = ['waiting', 'delivered', 'given-up'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

const minute = 60
const hour = 60 * minute
/** Pauses after the first try, the second …: with the last one a day is over. */
const pausesSeconds = [
  5,
  30,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  8 * hour,
] as const

export const triesAtMost = pausesSeconds.length + 1

/** Seconds until the next try, not for all at the same moment; null after the last. `chance` is from 0 up to 1. */
export function pauseAfterTry(tries: number, askedSeconds: number | null, chance: number): number | null {
  const pause = pausesSeconds[tries - 1]
  if (pause === undefined) return null
  return Math.max(pause * (1 + chance / 10), Math.min(askedSeconds ?? 0, 8 * hour))
}

/** How long an older secret goes on signing beside the new one where nothing else is said. */
export const overlapHours = 24
export const webhooksAtMost = 50
