import { queueOfLane } from '#db/model/queue.ts'
import type { InstanceFacts } from '#db/queries/facts.ts'

/** Something that does not go on by itself. */
export interface Stuck {
  readonly code:
    | 'outward-off'
    | 'queue-paused'
    | 'nobody-begins'
    | 'workers-silent'
    | 'leases-expired'
    | 'ticks-missed'
    | 'mail-waits'
    | 'webhooks-wait'
  /** What is, as against what should be. */
  readonly sentence: string
  readonly action: string
}

/** How long something may wait before it is called stuck. */
export const waitingAtMost = {
  scanSeconds: 60,
  mailSeconds: 600,
  /** A webhook that takes nothing is tried again over a day: an hour is long, and no fault of ours yet. */
  deliverySeconds: 3600,
} as const

/** What should be, held against what is: empty where nothing is stuck. */
export function stuckIn(
  { waiting, expiredLeases, missedTicks, mails, deliveries, paused, silentWorkers }: InstanceFacts,
  outward: { readonly isOff: boolean; readonly reason: string },
): Stuck[] {
  const isPaused = (name: string) => paused.some(({ queue }) => queue === name)
  const taken = waiting.filter(({ lane }) => !isPaused(queueOfLane(lane)))
  const [scans, oldest] = [
    taken.reduce((sum, { count }) => sum + count, 0),
    Math.round(Math.max(0, ...taken.map(({ oldestSeconds }) => oldestSeconds))),
  ]
  const owed = missedTicks.filter(({ reason }) => reason === 'down' || reason === 'queue-full')
  const found: (Stuck | false)[] = [
    outward.isOff && {
      code: 'outward-off',
      sentence: `Outward packets are switched off${outward.reason === '' ? '' : ` (${outward.reason})`}: nothing is scanned.`,
      action: 'Let them go on when the reason is gone: `portlight outward on`.',
    },
    paused.length > 0 && {
      code: 'queue-paused',
      sentence: `${paused.map(({ queue, reason }) => `${queue} is paused (${reason})`).join('; ')}: what waits there does not begin.`,
      action: 'Resume it when the reason is gone.',
    },
    // While nothing may leave, waiting is as it should be.
    !outward.isOff &&
      oldest > waitingAtMost.scanSeconds && {
        code: 'nobody-begins',
        sentence: `${scans} scans wait, the oldest for ${oldest} s.`,
        action: 'Look whether workers run, or start more: `portlight doctor`.',
      },
    silentWorkers > 0 && {
      code: 'workers-silent',
      sentence: `${silentWorkers} workers are not heard of.`,
      action: 'Look at their machines; what they held is taken up by the others.',
    },
    expiredLeases > 0 && {
      code: 'leases-expired',
      sentence: `${expiredLeases} scans are held by workers that are not heard of.`,
      action: 'They are taken up by themselves where a worker runs; look why theirs ended.',
    },
    owed.length > 0 && {
      code: 'ticks-missed',
      sentence: `${owed.map(({ reason, count }) => `${count} runs of schedules were missed in a day: ${reason}`).join('; ')}.`,
      action: 'See which with `portlight schedules runs ID`.',
    },
    !isPaused('mail') &&
      mails.oldestSeconds > waitingAtMost.mailSeconds && {
        code: 'mail-waits',
        sentence: `${mails.count} mails wait, the oldest for ${Math.round(mails.oldestSeconds)} s.`,
        action: 'Look after the server in SMTP_URL.',
      },
    !isPaused('alerts') &&
      deliveries.oldestSeconds > waitingAtMost.deliverySeconds && {
        code: 'webhooks-wait',
        sentence: `${deliveries.count} deliveries to webhooks wait, the oldest for ${Math.round(deliveries.oldestSeconds)} s.`,
        action: 'See what their receivers answer, in the deliveries of each webhook.',
      },
  ]
  return found.filter((one) => one !== false)
}
