import { createRoute, z } from '@hono/zod-openapi'
import { severities } from '#db/model/finding.ts'
import {
  changesSince,
  countsNow,
  findingsByDay,
  lookedAt,
  noteLooked,
  standingBySeverity,
  untoldChecks,
} from '#db/queries/overview.ts'
import { reachOf } from '#db/queries/targets.ts'
import { selfOf } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, noContent, refusals } from '../answers.ts'

const count = z.int().nonnegative()
const instant = z.iso.datetime()
const severity = z.enum(severities)

const overviewDocument = z
  .object({
    since: instant.nullable().openapi({ description: 'When this member last looked; null for never, or for a key.' }),
    changes: z
      .array(z.object({ kind: z.enum(['opened', 'regressed', 'fixed']), findings: count, worst: severity }))
      .openapi({ description: 'Findings to which that happened since.' }),
    open: z
      .array(z.object({ severity, findings: count, notRetested: count }))
      .openapi({ description: 'Neither fixed nor decided, the worst first.' }),
    untold: z
      .array(z.object({ scanner: z.string(), reason: z.string(), checks: count, targets: count, since: instant }))
      .openapi({
        description:
          'Checks that the latest run of each scanner at each watched target could not tell, by their cause, the most first.',
      }),
    targets: z.object({ watched: count, proved: count, attested: count }),
    scans: z.object({ waiting: count, running: count }),
  })
  .openapi('Overview')

const read = createRoute({
  method: 'get',
  path: '/v1/overview',
  tags: ['Overview'],
  summary: 'What changed, what stands open, what could not be told, what runs',
  ...permit('findings:read'),
  request: {
    query: z.strictObject({ since: instant.optional().openapi({ description: 'In place of when one last looked.' }) }),
  },
  responses: { 200: json('As it stands.', overviewDocument), ...refusals('invalid-input') },
})

export function readOverview(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => {
    const actor = c.get('actor')
    const { since: asked } = c.req.valid('query')
    const { principal, organisationId } = actor
    const looked = principal.kind === 'user' ? await lookedAt(db, organisationId, principal.id) : null
    const since = asked === undefined ? looked : new Date(asked)
    return c.json(await overviewOf(db, reachOf(actor), since), 200)
  })
}

async function overviewOf(db: Deps['db'], reach: ReturnType<typeof reachOf>, since: Date | null) {
  const [changes, open, untold, { watched, proved, attested, waiting, running }] = await Promise.all([
    changesSince(db, reach, since ?? new Date(0)),
    standingBySeverity(db, reach),
    untoldChecks(db, reach),
    countsNow(db, reach),
  ])
  return {
    since: since?.toISOString() ?? null,
    changes: changes.map(({ urgency, ...change }) => ({ ...change, worst: severities[urgency]! })),
    open: open.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity)),
    untold: untold.map((one) => ({ ...one, since: one.since.toISOString() })),
    targets: { watched, proved, attested },
    scans: { waiting, running },
  }
}

const look = createRoute({
  method: 'post',
  path: '/v1/me/looked',
  tags: ['Overview'],
  summary: 'Note that one has looked: the overview counts changes from now on',
  ...permit('self:write'),
  responses: { 204: noContent('Noted.'), ...refusals() },
})

export function lookRoute(app: Api, { db }: Deps) {
  app.openapi(look, async (c) => {
    await noteLooked(db, c.get('actor').organisationId, selfOf(c).userId)
    return c.body(null, 204)
  })
}

const trends = createRoute({
  method: 'get',
  path: '/v1/trends',
  tags: ['Overview'],
  summary: 'Findings opened, fixed and open, day by day',
  description: 'From the history of findings, which no retention of scans shortens. Days are those of UTC.',
  ...permit('findings:read'),
  request: { query: z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(90) }) },
  responses: {
    200: json(
      'The oldest first.',
      z.object({ days: z.array(z.object({ day: z.iso.date(), opened: count, fixed: count, open: z.int() })) }),
    ),
    ...refusals('invalid-input'),
  },
})

export function readTrends(app: Api, { db }: Deps) {
  app.openapi(trends, async (c) =>
    c.json({ days: await findingsByDay(db, reachOf(c.get('actor')), c.req.valid('query').days) }, 200),
  )
}
