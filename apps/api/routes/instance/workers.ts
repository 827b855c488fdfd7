import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { lanes } from '#db/model/scan.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { askDrain, listWorkers } from '#db/queries/workers.ts'
import { selfOf } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'
import { auditFor, reason } from './reasoned.ts'

const held = z.object({
  id: z.uuid(),
  organisationId: z.uuid(),
  organisation: z.string(),
  target: z.string(),
  lane: z.enum(lanes),
  attempt: z.int().openapi({ description: 'More than 1: it was taken over, or given back, before.' }),
  startedAt: z.iso.datetime(),
  leaseSeconds: z.number().openapi({ description: 'What is left of the lease; below 0 it has run out.' }),
  scanners: z.array(z.string()).openapi({ description: 'Those that have not ended.' }),
})

export const workersDocument = z
  .object({
    workers: z.array(
      z.object({
        id: z.uuid(),
        host: z.string(),
        pid: z.int(),
        version: z.string(),
        queue: z.enum(['postgres', 'redis']),
        concurrency: z.int(),
        memoryBytes: z.number(),
        startedAt: z.iso.datetime(),
        seenSeconds: z.number().openapi({ description: 'How long ago it was last heard of.' }),
        isSilent: z.boolean().openapi({ description: 'Not heard of for ten seconds: what it does could not be told.' }),
        drain: z
          .object({
            askedAt: z.iso.datetime(),
            reason: z.string(),
            by: z.string().nullable().openapi({ description: 'Who asked, by name; null for somebody who is gone.' }),
            isHeard: z.boolean().openapi({ description: 'The worker says itself that it takes no more work.' }),
          })
          .nullable(),
        isStopping: z.boolean().openapi({ description: 'It was told to stop by its own machine.' }),
        scans: z.array(held).openapi({ description: 'What it holds now.' }),
      }),
    ),
  })
  .openapi('Workers')

const list = createRoute({
  method: 'get',
  path: '/v1/instance/workers',
  tags: ['Instance'],
  summary: 'See the worker processes, and what each does now',
  description:
    'A worker says every two seconds that it lives. One that stops by itself leaves the list at once, one that is not heard of after an hour.',
  ...permit('instance:read'),
  responses: { 200: json('The longest running first.', workersDocument), ...refusals() },
})

export function listWorkersRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => c.json({ workers: (await listWorkers(db)).map(workerDocument) }, 200))
}

type Listed = Awaited<ReturnType<typeof listWorkers>>[number]

const workerDocument = ({ drainAskedAt, drainReason, drainBy, isDraining, startedAt, scans, ...worker }: Listed) => ({
  ...worker,
  startedAt: startedAt.toISOString(),
  drain:
    drainAskedAt === null
      ? null
      : { askedAt: drainAskedAt.toISOString(), reason: drainReason ?? '', by: drainBy, isHeard: isDraining },
  isStopping: isDraining && drainAskedAt === null,
  scans: scans.map(({ lane, ...scan }) => ({ ...scan, lane: lanes[lane]! })),
})

const moveOf = (name: 'drain' | 'resume', summary: string, description: string) =>
  createRoute({
    method: 'post',
    path: `/v1/instance/workers/{id}/${name}`,
    tags: ['Instance'],
    summary,
    description,
    ...permit('instance:write', jsonBody()),
    request: { params: z.object({ id: z.uuid() }), body: fields.body(z.strictObject({ reason })) },
    responses: {
      204: noContent('Asked; the list says when it was heard.'),
      ...refusals(...bodyRefusals, 'not-found'),
    },
  })

const drain = moveOf(
  'drain',
  'Let a worker take no more work',
  'What it runs goes on to its end; what waits is other workers’. It holds until it is resumed, or the process ends.',
)
const resume = moveOf('resume', 'Let a worker that was drained take work again', 'At once, or at its next heartbeat.')

export function drainWorker(app: Api, { db }: Deps) {
  for (const [route, isDrain] of [
    [drain, true],
    [resume, false],
  ] as const)
    app.openapi(route, async (c) => {
      const { id } = c.req.valid('param')
      const { reason } = c.req.valid('json')
      await db.transaction().execute(async (db) => {
        if (!(await askDrain(db, id, isDrain ? { reason, by: selfOf(c).userId } : null)))
          throw new DomainError('not-found', `There is no worker ${id}.`)
        await writeAudit(db, auditFor(c, reason, isDrain ? 'worker.drain' : 'worker.resume', { kind: 'worker', id }))
      })
      return c.body(null, 204)
    })
}
