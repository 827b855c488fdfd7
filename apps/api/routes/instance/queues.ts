import { createRoute, z } from '@hono/zod-openapi'
import { pausableQueues } from '#db/model/queue.ts'
import { lanes } from '#db/model/scan.ts'
import { instanceFacts } from '#db/queries/facts.ts'
import { type QueueStanding, queueStandings, steps } from '#db/queries/rates.ts'
import { readOutward } from '#db/queries/switches.ts'
import { stuckIn, waitingAtMost } from '#workers/documents/stuck.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const count = z.int().nonnegative()
const seconds = z.number().nonnegative()
const waiting = z.object({ count, oldestSeconds: seconds })

const queue = z.object({
  queue: z.enum(pausableQueues),
  waiting: count,
  oldestSeconds: seconds,
  perMinute: z.number().nonnegative().openapi({ description: 'What ended, over the last five minutes.' }),
  lastHour: z.array(count).length(steps).openapi({ description: 'What ended, by five minutes, the oldest first.' }),
  failedShare: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .openapi({ description: 'Of what ended within the hour; null where nothing did.' }),
  pause: z
    .object({
      reason: z.string(),
      pausedAt: z.iso.datetime(),
      by: z.string().nullable().openapi({ description: 'Who paused it, by name; null for somebody who is gone.' }),
    })
    .nullable(),
})

export const queuesDocument = z
  .object({
    backend: z.enum(['postgres', 'redis']).openapi({ description: 'What rings; every number here is from Postgres.' }),
    queues: z.array(queue),
    lanes: z.array(waiting.extend({ lane: z.enum(lanes) })).openapi({ description: 'Scans that nobody has begun.' }),
    running: count,
    silentWorkers: count,
    expiredLeases: count.openapi({ description: 'Held by workers that are not heard of, and not taken up yet.' }),
    lastEndedSeconds: z.number().nullable().openapi({ description: 'How long ago the last scan ended.' }),
    mails: waiting,
    webhookDeliveries: waiting,
    missedTicks: z
      .array(z.object({ reason: z.string(), count }))
      .openapi({ description: 'Runs of schedules that were owed in the last day and did not happen.' }),
    outward: z.object({ isOff: z.boolean(), reason: z.string() }),
    waitingAtMost: z
      .object({ scanSeconds: count, mailSeconds: count, deliverySeconds: count })
      .openapi({ description: 'What waits longer is called stuck.' }),
    stuck: z
      .array(z.object({ code: z.string(), sentence: z.string(), action: z.string() }))
      .openapi({ description: 'What does not go on by itself, and what to do; empty where nothing is stuck.' }),
  })
  .openapi('Queues')

const route = createRoute({
  method: 'get',
  path: '/v1/instance/queues',
  tags: ['Instance'],
  summary: 'See what waits and runs on this instance, and whether anything is stuck',
  description: 'From Postgres, whichever backend the queue has: what a queue has forgotten is counted too.',
  ...permit('instance:read'),
  responses: { 200: json('As it stands.', queuesDocument), ...refusals() },
})

const queueDocument = ({ ended, failed, pause, ...rest }: QueueStanding) => {
  const all = ended.reduce((sum, count) => sum + count, 0)
  return {
    ...rest,
    perMinute: (ended.at(-1) ?? 0) / 5,
    lastHour: [...ended],
    failedShare: all === 0 ? null : failed / all,
    pause: pause === null ? null : { ...pause, pausedAt: pause.pausedAt.toISOString() },
  }
}

export function readQueues(app: Api, { db, bell }: Deps) {
  app.openapi(route, async (c) => {
    const [facts, { isOff, reason }, queues] = await Promise.all([
      instanceFacts(db),
      readOutward(db),
      queueStandings(db),
    ])
    const { waiting, deliveries, mails, missedTicks, paused: _paused, ...rest } = facts
    const document = {
      backend: bell.transactional ? ('postgres' as const) : ('redis' as const),
      queues: queues.map(queueDocument),
      ...rest,
      lanes: [...waiting],
      mails: { ...mails },
      webhookDeliveries: { ...deliveries },
      missedTicks: [...missedTicks],
      outward: { isOff, reason },
      waitingAtMost,
      stuck: stuckIn(facts, { isOff, reason }),
    }
    return c.json(document, 200)
  })
}
