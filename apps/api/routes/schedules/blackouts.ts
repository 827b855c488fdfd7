import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import type { Blackout } from '#db/model/schedule/blackout.ts'
import { blackoutsAtMost, runningPolicies } from '#db/model/schedule/schedule.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { blackoutsOf, createBlackout, deleteBlackout, resumeScans } from '#db/queries/blackouts.ts'
import { calendarNow } from '#db/queries/clock.ts'
import { countTargets } from '#db/queries/schedules.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { blackoutDocument, writeBlackout } from '../../documents/schedule.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'
import { mustReachAll, timing, timingOf } from './asked.ts'

const list = createRoute({
  method: 'get',
  path: '/v1/blackouts',
  tags: ['Schedules'],
  summary: 'List the windows in which nothing begins',
  ...permit('schedules:read'),
  responses: {
    200: json('All that are open or may still open.', z.object({ blackouts: z.array(blackoutDocument) })),
    ...refusals('target-out-of-reach'),
  },
})

export function listBlackouts(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    mustReachAll(c)
    const now = await calendarNow(db)
    const rows = await blackoutsOf(db, c.get('actor').organisationId)
    return c.json({ blackouts: rows.map((row) => writeBlackout(row, now)) }, 200)
  })
}

const request = z.strictObject({
  name: fields.personName.optional(),
  note: z
    .string()
    .max(5000)
    .optional()
    .openapi({ description: 'What is being done meanwhile, for whoever reads of it later.' }),
  targetId: z.uuid().optional().openapi({ description: 'Every target of the organisation when left out.' }),
  running: z.enum(runningPolicies).default('finish').openapi({
    description: 'Scans that run when it opens finish, or pause until it closes.',
  }),
  startsAt: z.iso.datetime({ offset: true }).optional(),
  endsAt: z.iso.datetime({ offset: true }).optional(),
  cron: timing.cron,
  zone: timing.zone,
  minutes: z
    .int()
    .min(1)
    .max(7 * 1440)
    .optional()
    .openapi({ description: 'How long it is open, each time.' }),
})

/** @throws DomainError `invalid-schedule` */
function whenOf({ startsAt, endsAt, cron, zone, minutes }: z.output<typeof request>, now: Date): Blackout['when'] {
  if (startsAt !== undefined && endsAt !== undefined && cron === undefined && minutes === undefined) {
    const when = { kind: 'once', startsAt: new Date(startsAt), endsAt: new Date(endsAt) } as const
    if (when.startsAt >= when.endsAt || when.endsAt <= now)
      throw new DomainError('invalid-schedule', 'A window ends after it began, and not before now.')
    return when
  }
  if (startsAt !== undefined || endsAt !== undefined || cron === undefined || minutes === undefined)
    throw new DomainError('invalid-schedule', 'A window has either `startsAt` and `endsAt`, or `cron` and `minutes`.')
  timingOf({ cron, zone }, now)
  return { kind: 'recurring', cron, zone, minutes }
}

const create = createRoute({
  method: 'post',
  path: '/v1/blackouts',
  tags: ['Schedules'],
  summary: 'Let nothing begin in a window of time',
  description:
    'Once, or again and again. Scans that a schedule owes in it are noted as missed, with the reason `blackout`; whoever asks for one scan himself gets it.',
  ...permit('schedules:write', jsonBody()),
  request: { body: fields.body(request) },
  responses: {
    201: json('Made.', blackoutDocument),
    ...refusals(...bodyRefusals, 'invalid-schedule', 'not-found', 'conflict', 'target-out-of-reach'),
  },
})

export function createBlackoutRoute(app: Api, deps: Deps) {
  app.openapi(create, async (c) => {
    mustReachAll(c)
    const given = c.req.valid('json')
    const { organisationId } = c.get('actor')
    const { name = '', note = '', targetId = null, running } = given
    const now = await calendarNow(deps.db)
    const when = whenOf(given, now)
    if (targetId !== null && (await countTargets(deps.db, organisationId, [targetId])) === 0)
      throw new DomainError('not-found', `There is no target ${targetId}.`)
    const id = await deps.db.transaction().execute(async (db) => {
      const id = await createBlackout(db, { organisationId, name, note, targetId, running, when })
      if (id === undefined) throw new DomainError('conflict', `An organisation has at most ${blackoutsAtMost} windows.`)
      await writeAudit(db, auditBy(c, 'blackout.add', { kind: 'blackout', id }))
      return id
    })
    const made = (await blackoutsOf(deps.db, organisationId)).find((one) => one.id === id)!
    return c.json(writeBlackout(made, now), 201)
  })
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/blackouts/{id}',
  tags: ['Schedules'],
  summary: 'Remove a window',
  ...permit('schedules:write'),
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: noContent('Removed.'), ...refusals('not-found', 'invalid-input', 'target-out-of-reach') },
})

export function removeBlackout(app: Api, { db }: Deps) {
  app.openapi(remove, async (c) => {
    mustReachAll(c)
    const { id } = c.req.valid('param')
    await db.transaction().execute(async (db) => {
      if (!(await deleteBlackout(db, c.get('actor').organisationId, id)))
        throw new DomainError('not-found', `There is no window ${id}.`)
      await resumeScans(db, c.get('actor').organisationId)
      await writeAudit(db, auditBy(c, 'blackout.remove', { kind: 'blackout', id }))
    })
    return c.body(null, 204)
  })
}
