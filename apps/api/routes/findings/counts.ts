import { createRoute, z } from '@hono/zod-openapi'
import { decisions, findingStates, severities } from '#db/model/finding.ts'
import { countAlike } from '#db/queries/findings.ts'
import { reachOf } from '#db/queries/targets.ts'
import { facetsOf } from '#workers/documents/facets.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'
import { findingQuery, scopeOf } from './findings.ts'

const findings = z.int().nonnegative()
const facet = <Value extends z.ZodType>(value: Value) => z.array(z.object({ value, findings }))

const route = createRoute({
  method: 'get',
  path: '/v1/findings/counts',
  tags: ['Findings'],
  summary: 'Count findings by each of their sides',
  description:
    'Takes the filter of the list. Each side is counted as if nothing were asked of itself, so that every number is what the list shows when that value is chosen; what counts nothing is left out.',
  ...permit('findings:read'),
  request: { query: z.strictObject(findingQuery) },
  responses: {
    200: json(
      'Counted.',
      z
        .object({
          total: findings,
          state: facet(z.enum(findingStates)),
          severity: facet(z.enum(severities)),
          decision: facet(z.enum(decisions)),
          scanner: facet(z.string()),
          retested: facet(z.enum(['true', 'false'])),
        })
        .openapi('FindingCounts'),
    ),
    ...refusals('invalid-input'),
  },
})

export function countFindingsRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { state, severity, decision, scanner, retested, ...scope } = c.req.valid('query')
    const alike = await countAlike(db, reachOf(c.get('actor')), scopeOf(scope))
    const one = (value: string | undefined) => (value === undefined ? undefined : [value])
    const asked = { state, severity, decision: one(decision), scanner: one(scanner), retested: one(retested) }
    return c.json(facetsOf(alike, asked), 200)
  })
}
