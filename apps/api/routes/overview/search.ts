import { createRoute, z } from '@hono/zod-openapi'
import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { findingStates, severities } from '#db/model/finding.ts'
import { denialOf, type PermissionName } from '#db/model/permission.ts'
import { scanStatuses } from '#db/model/scan.ts'
import { everyFinding, listFindings } from '#db/queries/findings.ts'
import { scansFrom, targetsLike } from '#db/queries/search.ts'
import { reachOf } from '#db/queries/targets.ts'
import { describeRule, rulesTitled } from '#workers/scanners/catalog.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const found = z
  .object({
    targets: z
      .array(z.object({ id: z.uuid(), canonical: z.string(), display: z.string(), name: z.string() }))
      .nullable(),
    findings: z
      .array(
        z.object({
          id: z.uuid(),
          rule: z.string(),
          title: z.string(),
          severity: z.enum(severities),
          state: z.enum(findingStates),
          subject: z.string(),
          target: z.object({ id: z.uuid(), display: z.string() }),
        }),
      )
      .nullable()
      .openapi({ description: 'Those that are open, the most urgent first.' }),
    scans: z
      .array(
        z.object({
          id: z.uuid(),
          status: z.enum(scanStatuses),
          createdAt: z.iso.datetime(),
          target: z.object({ display: z.string() }),
        }),
      )
      .nullable()
      .openapi({ description: 'Whose id begins so, from eight digits on.' }),
  })
  .openapi('Found')

const atMost = 10

const route = createRoute({
  method: 'get',
  path: '/v1/search',
  tags: ['Overview'],
  summary: 'Find targets, findings and scans, ten of each at most',
  description:
    'By a part of the host, the name, the title, the rule or the subject. Null: what the caller may not read.',
  ...permit('self:read'),
  request: { query: z.strictObject({ q: z.string().trim().min(1).max(200) }) },
  responses: { 200: json('What there is.', found), ...refusals('invalid-input') },
})

export function searchRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => c.json(await foundBy(db, c.get('actor'), c.req.valid('query').q), 200))
}

async function foundBy(db: Db, actor: Actor, text: string): Promise<z.input<typeof found>> {
  const reach = reachOf(actor)
  const ifMay = async <Found>(name: PermissionName, find: () => Promise<Found>) =>
    denialOf(actor, name) === null ? find() : null
  const [targets, findings, scans] = await Promise.all([
    ifMay('targets:read', () => targetsLike(db, reach, text, atMost)),
    ifMay('findings:read', () => openFindingsLike(db, actor, text)),
    ifMay('scans:read', () => scansFrom(db, reach, text, atMost)),
  ])
  return {
    targets,
    findings,
    scans:
      scans?.map(({ createdAt, display, ...scan }) => ({
        ...scan,
        createdAt: createdAt.toISOString(),
        target: { display },
      })) ?? null,
  }
}

async function openFindingsLike(db: Db, actor: Actor, text: string) {
  const filter = { ...everyFinding, isArchived: false, text, titled: rulesTitled(text) }
  const rows = await listFindings(db, reachOf(actor), {
    ...filter,
    limit: atMost,
    sort: 'urgency',
    after: null,
    states: ['open', 'regressed'],
    decision: null,
    severities: null,
    scanner: null,
    isRetested: null,
  })
  return rows.map(({ id, rule, scanner, severity, state, subject, ...row }) => ({
    id,
    rule,
    title: describeRule(scanner, rule).title,
    severity,
    state,
    subject,
    target: { id: row.target_id, display: row.display },
  }))
}
