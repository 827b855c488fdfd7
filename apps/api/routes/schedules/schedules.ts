import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { schedulesAtMost } from '#db/model/schedule/schedule.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { blackoutsOf } from '#db/queries/blackouts.ts'
import { calendarNow } from '#db/queries/clock.ts'
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  findSchedule,
  listSchedules,
  type Schedule,
} from '#db/queries/schedules.ts'
import { lastTicks } from '#db/queries/ticks.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { nextRun, nextRuns, scheduleDocument, writeSchedule } from '../../documents/schedule.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'
import { factsOf, firstOf, mustReachAll, scheduleFacts, timing, timingOf } from './asked.ts'

export const params = z.object({ id: z.uuid() })

/** @throws DomainError `not-found` */
export async function scheduleOf({ db }: Pick<Deps, 'db'>, organisationId: string, id: string): Promise<Schedule> {
  const found = await findSchedule(db, organisationId, id)
  if (!found) throw noSchedule(id)
  return found
}

const noSchedule = (id: string) => new DomainError('not-found', `There is no schedule ${id}.`)

async function whole({ db }: Pick<Deps, 'db'>, organisationId: string, schedules: readonly Schedule[]) {
  const ids = schedules.map(({ id }) => id)
  const [now, blackouts, ticks] = await Promise.all([
    calendarNow(db),
    blackoutsOf(db, organisationId),
    lastTicks(db, ids),
  ])
  return schedules.map((schedule) => writeSchedule(schedule, { now, blackouts, lastTick: ticks.get(schedule.id) }))
}

const list = createRoute({
  method: 'get',
  path: '/v1/schedules',
  tags: ['Schedules'],
  summary: 'List schedules, newest first',
  ...permit('schedules:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.uuid().optional().openapi({ description: '`next` of the page before.' }),
      target: z.uuid().optional().openapi({ description: 'Only those that reach it: by its id, a tag, or all.' }),
    }),
  },
  responses: {
    200: json('One page.', z.object({ schedules: z.array(scheduleDocument), next: z.uuid().nullable() })),
    ...refusals('invalid-input', 'target-out-of-reach'),
  },
})

export function listSchedulesRoute(app: Api, deps: Deps) {
  app.openapi(list, async (c) => {
    mustReachAll(c)
    const { limit, cursor = null, target = null } = c.req.valid('query')
    const { organisationId } = c.get('actor')
    const filter = { limit: limit + 1, after: cursor, targetId: target }
    const rows = await listSchedules(deps.db, organisationId, filter)
    const schedules = await whole(deps, organisationId, rows.slice(0, limit))
    return c.json({ schedules, next: rows.length > limit ? schedules.at(-1)!.id : null }, 200)
  })
}

const preview = createRoute({
  method: 'post',
  path: '/v1/schedules/preview',
  tags: ['Schedules'],
  summary: 'See when a schedule would run',
  description: 'The next ten runs, by the function that the scheduler itself asks: across changes of the clock too.',
  ...permit('schedules:read', jsonBody()),
  request: { body: fields.body(z.strictObject(timing)) },
  responses: {
    200: json('The next ten.', z.object({ nextRuns: z.array(nextRun) })),
    ...refusals(...bodyRefusals, 'invalid-schedule', 'target-out-of-reach'),
  },
})

export function previewSchedule(app: Api, { db }: Deps) {
  app.openapi(preview, async (c) => {
    mustReachAll(c)
    const now = await calendarNow(db)
    const blackouts = await blackoutsOf(db, c.get('actor').organisationId)
    return c.json({ nextRuns: nextRuns(timingOf(c.req.valid('json'), now), now, blackouts) }, 200)
  })
}

const create = createRoute({
  method: 'post',
  path: '/v1/schedules',
  tags: ['Schedules'],
  summary: 'Make a schedule',
  description:
    'A named hour keeps to its day: swallowed by a change of the clock it runs once, right after it; where the hour comes twice, the first time. `*` and its steps follow the clock.',
  ...permit('schedules:write', jsonBody()),
  request: { body: fields.body(z.strictObject({ ...timing, ...scheduleFacts })) },
  responses: {
    201: json('Made.', scheduleDocument),
    ...refusals(...bodyRefusals, 'invalid-schedule', 'not-found', 'conflict', 'target-out-of-reach'),
  },
})

export function createScheduleRoute(app: Api, deps: Deps) {
  app.openapi(create, async (c) => {
    mustReachAll(c)
    const given = c.req.valid('json')
    const { organisationId, principal } = c.get('actor')
    const now = await calendarNow(deps.db)
    const timing = timingOf(given, now)
    const facts = await factsOf(c, given)
    const id = await deps.db.transaction().execute(async (db) => {
      const id = await createSchedule(db, {
        organisationId,
        madeBy: principal.id,
        name: '',
        targetIds: null,
        targetTags: null,
        scanners: null,
        overlap: 'skip',
        catchUp: 'once',
        spreadSeconds: 0,
        ...facts,
        timing,
        nextAt: firstOf(timing, now),
      })
      if (id === undefined)
        throw new DomainError('conflict', `An organisation has at most ${schedulesAtMost} schedules.`)
      await writeAudit(db, auditBy(c, 'schedule.add', { kind: 'schedule', id }))
      return id
    })
    const [made] = await whole(deps, organisationId, [await scheduleOf(deps, organisationId, id)])
    return c.json(made!, 201)
  })
}

const read = createRoute({
  method: 'get',
  path: '/v1/schedules/{id}',
  tags: ['Schedules'],
  summary: 'Read a schedule, with its next ten runs',
  ...permit('schedules:read'),
  request: { params },
  responses: {
    200: json('As it stands.', scheduleDocument),
    ...refusals('not-found', 'invalid-input', 'target-out-of-reach'),
  },
})

export function readSchedule(app: Api, deps: Deps) {
  app.openapi(read, async (c) => {
    mustReachAll(c)
    const { organisationId } = c.get('actor')
    const found = await scheduleOf(deps, organisationId, c.req.valid('param').id)
    const [document] = await whole(deps, organisationId, [found])
    return c.json(document!, 200)
  })
}

const change = createRoute({
  method: 'patch',
  path: '/v1/schedules/{id}',
  tags: ['Schedules'],
  summary: 'Change a schedule, pause it, or go on with it',
  description: 'While it is paused its runs are noted as missed, with the reason `paused`. What has begun goes on.',
  ...permit('schedules:write', jsonBody()),
  request: {
    params,
    body: fields.body(
      z.strictObject({
        ...timing,
        zone: timing.zone.removeDefault().optional(),
        ...scheduleFacts,
        pausedReason: z.string().trim().max(500).nullable().optional().openapi({
          description: 'Pauses it, saying why; null goes on with it.',
        }),
      }),
    ),
  },
  responses: {
    204: noContent('Changed.'),
    ...refusals(...bodyRefusals, 'not-found', 'invalid-schedule', 'target-out-of-reach'),
  },
})

export function changeScheduleRoute(app: Api, deps: Deps) {
  app.openapi(change, async (c) => {
    mustReachAll(c)
    const { id } = c.req.valid('param')
    const { organisationId } = c.get('actor')
    const { cron, everySeconds, zone, pausedReason, ...given } = c.req.valid('json')
    const now = await calendarNow(deps.db)
    const facts = await factsOf(c, given)
    await deps.db.transaction().execute(async (db) => {
      const known = await scheduleOf({ db }, organisationId, id)
      const timing = newTiming(known, { cron, everySeconds, zone }, now)
      await changeSchedule(db, organisationId, id, {
        ...facts,
        ...(timing === null ? {} : { timing, nextAt: firstOf(timing, now) }),
        ...(pausedReason === undefined ? {} : { pausedReason }),
      })
      await writeAudit(db, auditBy(c, 'schedule.change', { kind: 'schedule', id }))
    })
    return c.body(null, 204)
  })
}

/** Null where nothing of it is said. @throws DomainError `invalid-schedule` */
function newTiming(
  { timing: known }: Schedule,
  {
    cron,
    everySeconds,
    zone,
  }: { cron: string | undefined; everySeconds: number | undefined; zone: string | undefined },
  now: Date,
) {
  if (cron === undefined && everySeconds === undefined && zone === undefined) return null
  const isSaid = cron !== undefined || everySeconds !== undefined
  const kept = known.kind === 'cron' ? { cron: known.cron } : { everySeconds: known.seconds }
  return timingOf({ ...(isSaid ? { cron, everySeconds } : kept), zone: zone ?? known.zone }, now)
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/schedules/{id}',
  tags: ['Schedules'],
  summary: 'Remove a schedule, and the record of its runs',
  description: 'The scans that it made stay.',
  ...permit('schedules:write'),
  request: { params },
  responses: { 204: noContent('Removed.'), ...refusals('not-found', 'invalid-input', 'target-out-of-reach') },
})

export function removeSchedule(app: Api, { db }: Deps) {
  app.openapi(remove, async (c) => {
    mustReachAll(c)
    const { id } = c.req.valid('param')
    await db.transaction().execute(async (db) => {
      if (!(await deleteSchedule(db, c.get('actor').organisationId, id))) throw noSchedule(id)
      await writeAudit(db, auditBy(c, 'schedule.remove', { kind: 'schedule', id }))
    })
    return c.body(null, 204)
  })
}
