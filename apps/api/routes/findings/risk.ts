import { createRoute, z } from '@hono/zod-openapi'
import { severities } from '#db/model/finding.ts'
import { calendarNow } from '#db/queries/clock.ts'
import { openByRule } from '#db/queries/findings.ts'
import { reachOf } from '#db/queries/targets.ts'
import { byUrgency, reasonsOf, riskReasons } from '#workers/documents/risk.ts'
import { describeRule } from '#workers/scanners/catalog.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const count = z.int().nonnegative()

export const remedyDocument = z
  .object({
    scanner: z.string(),
    rule: z.string(),
    title: z.string(),
    remedy: z.string(),
    reference: z.string(),
    severity: z
      .enum(severities)
      .openapi({ description: 'The worst that it has at any target, your own ones counted.' }),
    worstTargets: count.openapi({ description: 'Targets at which it has that severity.' }),
    findings: count,
    targets: count,
    regressed: count,
    notRetested: count,
    oldestOpenedAt: z.iso.datetime(),
    why: z.array(z.object({ code: z.enum(riskReasons), sentence: z.string() })),
    links: z.object({ findings: z.string() }),
  })
  .openapi('Remedy')

const route = createRoute({
  method: 'get',
  path: '/v1/risk',
  tags: ['Findings'],
  summary: 'See what to fix first, and why',
  description:
    'What stands open and undecided, by remedy: the worst severity first, then what mends most targets of that severity, then what came back, then what stands longest.',
  ...permit('findings:read'),
  responses: { 200: json('In the order to fix.', z.object({ remedies: z.array(remedyDocument) })), ...refusals() },
})

export function riskRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const [rows, now] = await Promise.all([openByRule(db, reachOf(c.get('actor'))), calendarNow(db)])
    const risks = rows.map(({ urgency, ...row }) => ({ ...row, severity: severities[urgency]! }))
    const remedies = risks.sort(byUrgency).map((risk) => {
      const { title, remedy, reference } = describeRule(risk.scanner, risk.rule)
      const query = new URLSearchParams({ state: 'open,regressed', decision: 'none', rule: risk.rule })
      return {
        ...risk,
        title,
        remedy,
        reference,
        oldestOpenedAt: risk.oldestOpenedAt.toISOString(),
        why: reasonsOf(risk, now),
        links: { findings: `/v1/findings?${query.toString()}` },
      }
    })
    return c.json({ remedies }, 200)
  })
}
