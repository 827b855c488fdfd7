import { createRoute, z } from '@hono/zod-openapi'
import { severities } from '#db/model/finding.ts'
import { outageCauses } from '#db/model/outage.ts'
import { calendarNow } from '#db/queries/clock.ts'
import { changesSince, countsNow, lookedAt, noteLooked, openOutages, standingBySeverity } from '#db/queries/overview.ts'
import { readOutward } from '#db/queries/switches.ts'
import { reachOf } from '#db/queries/targets.ts'
import { untoldChecks } from '#db/queries/untold.ts'
import { selfOf } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, noContent, refusals } from '../answers.ts'

const count = z.int().nonnegative()
const instant = z.iso.datetime()
const severity = z.enum(severities)

const overviewDocument = z
  .object({
    since: instant.nullable().openapi({
      description: 'When this member last looked; null for never, or for a key: the last thirty days count then.',
    }),
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
          'What the last run of each scanner at each watched target could not tell, by cause, the most first. A run that told nothing at all is one check. `since`: when the first of these targets began not to tell it.',
      }),
    untoldInAll: z
      .object({ checks: count, ofChecks: count, targets: count, since: instant.nullable() })
      .openapi({ description: 'Each target once; `ofChecks` are all that these runs made, told or not.' }),
    targets: z
      .object({ watched: count, proved: count, attested: count, lapsed: count, none: count })
      .openapi({ description: '`lapsed`: proved once, and not at the last look. The four add up to `watched`.' }),
    scans: z.object({ waiting: count, running: count }),
    outward: z
      .object({ isOff: z.boolean(), reason: z.string(), movedAt: instant.nullable() })
      .openapi({ description: 'While it is off no packet leaves for any target.' }),
    outages: z
      .array(
        z.object({
          cause: z.enum(outageCauses),
          target: z.object({ id: z.uuid(), display: z.string() }).nullable(),
          zone: z.string().nullable().openapi({ description: 'Of a registry: its top-level domain.' }),
          targets: count,
          since: instant,
        }),
      )
      .openapi({ description: 'What does not answer now; what is about these targets stands as it was last seen.' }),
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

async function thirtyDaysAgo(db: Deps['db']): Promise<Date> {
  return new Date((await calendarNow(db)).getTime() - 30 * 86_400_000)
}

async function overviewOf(db: Deps['db'], reach: ReturnType<typeof reachOf>, since: Date | null) {
  const [changes, open, untold, { targets, scans }, outward, outages] = await Promise.all([
    changesSince(db, reach, since ?? (await thirtyDaysAgo(db))),
    standingBySeverity(db, reach),
    untoldChecks(db, reach),
    countsNow(db, reach),
    readOutward(db),
    openOutages(db, reach),
  ])
  return {
    since: since?.toISOString() ?? null,
    changes: changes.map(({ urgency, ...change }) => ({ ...change, worst: severities[urgency]! })),
    open: open.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity)),
    untold: untold.causes.map((one) => ({ ...one, since: one.since.toISOString() })),
    untoldInAll: { ...untold.inAll, since: untold.inAll.since?.toISOString() ?? null },
    targets,
    scans,
    outward: { ...outward, movedAt: outward.movedAt?.toISOString() ?? null },
    outages: outages.map(({ cause, subject, since, display, ...outage }) => ({
      ...outage,
      cause,
      target: display === null ? null : { id: subject, display },
      zone: cause === 'registry' ? subject : null,
      since: since.toISOString(),
    })),
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
