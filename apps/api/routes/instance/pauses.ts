import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { pausableQueues } from '#db/model/queue.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { pauseQueue, resumeQueue } from '#db/queries/pauses.ts'
import { selfOf } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, refusals } from '../answers.ts'
import { auditFor, reason } from './reasoned.ts'

const moveOf = (name: 'pause' | 'resume', summary: string, description: string) =>
  createRoute({
    method: 'post',
    path: `/v1/instance/queues/{queue}/${name}`,
    tags: ['Instance'],
    summary,
    description,
    ...permit('instance:write', jsonBody()),
    request: {
      params: z.object({ queue: z.enum(pausableQueues) }),
      body: fields.body(z.strictObject({ reason })),
    },
    responses: {
      200: json('As it stands now.', z.object({ queue: z.enum(pausableQueues), isPaused: z.boolean() })),
      ...refusals(...bodyRefusals, 'conflict'),
    },
  })

const pause = moveOf(
  'pause',
  'Let nothing more begin of a queue',
  'Holds in every worker at once, on both backends, since each asks Postgres before it begins. What runs goes on. Scans that wait have their deadlines put off by as long as the pause lasts, up to a day after they were asked for; a mail that waits too long is dropped as always, and what webhooks are owed waits.',
)
const resume = moveOf(
  'resume',
  'Let a paused queue go on',
  'What waits is rung for within seconds, with as much time left as it had.',
)

export function pauseQueueRoute(app: Api, { db }: Deps) {
  for (const [route, isPause] of [
    [pause, true],
    [resume, false],
  ] as const)
    app.openapi(route, async (c) => {
      const { queue } = c.req.valid('param')
      const { reason } = c.req.valid('json')
      await db.transaction().execute(async (db) => {
        const isMoved = isPause
          ? await pauseQueue(db, queue, { reason, by: selfOf(c).userId })
          : await resumeQueue(db, queue)
        if (!isMoved) throw new DomainError('conflict', `${queue} is ${isPause ? 'paused already' : 'not paused'}.`)
        await writeAudit(
          db,
          auditFor(c, reason, isPause ? 'queue.pause' : 'queue.resume', { kind: 'queue', id: queue }),
        )
      })
      return c.json({ queue, isPaused: isPause }, 200)
    })
}
