import { createRoute, z } from '@hono/zod-openapi'
import { countedAtMost } from '#db/model/act.ts'
import { DomainError } from '#db/model/errors.ts'
import { runStatuses } from '#db/model/scan.ts'
import { countScans, listFailures, listJobs, matching, runsAtMost } from '#db/queries/everybodys-scans.ts'
import { isGoneScan } from '#db/queries/retention.ts'
import { askerOf, stepsOf } from '#db/queries/scan-life.ts'
import type { Api, Deps } from '../../app.ts'
import { readCursor, writeCursor } from '../../documents/cursor.ts'
import { filterOf, jobDocument, scanFilter, writeJob } from '../../documents/job.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const list = createRoute({
  method: 'get',
  path: '/v1/instance/scans',
  tags: ['Instance'],
  summary: 'Look for scans of all organisations, newest first',
  description: 'Where each stands and why it failed; what was seen is its organisation’s alone.',
  ...permit('instance:read'),
  request: {
    query: scanFilter.extend({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before.' }),
    }),
  },
  responses: {
    200: json(
      'One page.',
      z.object({
        scans: z.array(jobDocument),
        count: z.int().openapi({ description: `All that match, counted up to ${countedAtMost}.` }),
        isCountCut: z.boolean().openapi({ description: 'There may be more than `count`.' }),
        next: z.string().nullable().openapi({ description: 'Null on the last page.' }),
      }),
    ),
    ...refusals('invalid-input', 'invalid-cursor', 'too-many-matches'),
  },
})

export function listJobsRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { limit, cursor, ...asked } = c.req.valid('query')
    const matches = await matching(db, { filter: filterOf(asked) })
    const after = cursor === undefined ? null : readCursor(cursor)
    const [rows, count] = await Promise.all([
      listJobs(db, matches, { limit: limit + 1, after }),
      countScans(db, matches),
    ])
    const next = rows.length > limit ? writeCursor(rows[limit - 1]!) : null
    return c.json({ scans: rows.slice(0, limit).map(writeJob), count, isCountCut: count === countedAtMost, next }, 200)
  })
}

const failures = createRoute({
  method: 'get',
  path: '/v1/instance/failures',
  tags: ['Instance'],
  summary: 'See why scans failed or told nothing, by cause',
  description:
    'Runs whose words differ only in target, address, port, id or measure have one cause. `cause` finds its scans, and retries them.',
  ...permit('instance:read'),
  request: { query: z.strictObject({ hours: z.coerce.number().int().min(1).max(720).default(24) }) },
  responses: {
    200: json(
      'The most frequent first, a hundred at most.',
      z.object({
        failures: z.array(
          z.object({
            cause: z.string(),
            scanner: z.string(),
            status: z.enum(runStatuses),
            reason: z.string().nullable(),
            words: z.string().openapi({ description: 'What the runs have in common; `{…}` stands for what differs.' }),
            count: z.int().openapi({ description: 'Runs.' }),
            scans: z.int(),
            retries: z
              .object({ none: z.int(), waits: z.int(), told: z.int(), failed: z.int() })
              .openapi({ description: 'The scans, by how their newest retry by an act stands.' }),
            organisations: z.int(),
            firstAt: z.iso.datetime(),
            lastAt: z.iso.datetime(),
            latest: z.array(z.uuid()).openapi({ description: 'The newest three scans.' }),
          }),
        ),
        isCut: z.boolean().openapi({ description: `More runs than the newest ${runsAtMost} failed in that time.` }),
      }),
    ),
    ...refusals('invalid-input'),
  },
})

export function listFailuresRoute(app: Api, { db }: Deps) {
  app.openapi(failures, async (c) => {
    const { failures, seen } = await listFailures(db, c.req.valid('query').hours)
    const written = failures.map(({ firstAt, lastAt, ...failure }) => ({
      ...failure,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
    }))
    return c.json({ failures: written, isCut: seen === runsAtMost }, 200)
  })
}

const life = createRoute({
  method: 'get',
  path: '/v1/instance/scans/{id}/life',
  tags: ['Instance'],
  summary: 'See a scan’s life, step by step',
  description:
    'Asked, queued, claimed by which worker at each attempt, leases that ran out, scans given back, writes that came too late and were refused, runs, acts of admins, and its end.',
  ...permit('instance:read'),
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    200: json(
      'In the order of the clock.',
      z
        .object({
          scan: jobDocument,
          askedBy: z.object({
            kind: z.enum(['user', 'service-account', 'schedule', 'unknown']),
            id: z.uuid().nullable(),
            name: z.string().nullable(),
          }),
          payload: z.object({ scanId: z.uuid() }).openapi({ description: 'All that a queue ever holds of it.' }),
          steps: z.array(
            z.object({
              at: z.iso.datetime(),
              kind: z.string().openapi({ example: 'lease-ran-out' }),
              attempt: z.int().nullable(),
              workerId: z.uuid().nullable(),
              worker: z.string().nullable().openapi({ description: 'Host and process, while the worker is known.' }),
              scanner: z.string().nullable(),
              reason: z.string().nullable(),
              detail: z.string().nullable(),
              madeId: z.uuid().nullable().openapi({ description: 'The scan that a retry made.' }),
            }),
          ),
        })
        .openapi('ScanLife'),
    ),
    ...refusals('invalid-input', 'not-found', 'gone'),
  },
})

export function readLife(app: Api, { db }: Deps) {
  app.openapi(life, async (c) => {
    const { id } = c.req.valid('param')
    const [job] = await listJobs(db, await matching(db, { filter: { ids: [id] } }), { limit: 1, after: null })
    if (job === undefined) throw await missing(db, id)
    const [askedBy, rows] = await Promise.all([askerOf(db, job.requestedBy), stepsOf(db, id)])
    const steps = rows.map(({ at, ...step }) => ({ ...step, at: at.toISOString() }))
    return c.json({ scan: writeJob(job), askedBy, payload: { scanId: id }, steps }, 200)
  })
}

const missing = async (db: Deps['db'], id: string) =>
  (await isGoneScan(db, id))
    ? new DomainError('gone', `The scan ${id} was deleted.`)
    : new DomainError('not-found', `There is no scan ${id}.`)
