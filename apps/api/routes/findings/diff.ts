import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { severities } from '#db/model/finding.ts'
import { isFinal } from '#db/model/scan.ts'
import { missingScan } from '#db/queries/retention.ts'
import { findScan } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import { diffOf } from '#workers/documents/diff.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const end = z.object({ id: z.uuid(), createdAt: z.iso.datetime() })

export const diffDocument = z
  .object({
    before: end,
    after: end,
    target: z.object({ canonical: z.string(), display: z.string() }),
    findings: z.array(
      z.object({
        kind: z.enum(['appeared', 'gone', 'still', 'not-retested', 'first-told']).openapi({
          description:
            '`gone`: asked again at every address and answered well. `first-told`: nobody could tell before. `not-retested`: there before, and not told now.',
        }),
        rule: z.string(),
        title: z.string(),
        severity: z.enum(severities),
        subject: z.string(),
        addresses: z.array(z.string()),
      }),
    ),
    facts: z.array(
      z.object({
        scanner: z.string(),
        kind: z.string(),
        subject: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
        data: z
          .record(z.string(), z.string())
          .optional()
          .openapi({ description: 'What the sentence says beside these, for other languages.' }),
        sentence: z.string(),
      }),
    ),
    notCompared: z.array(z.object({ scanner: z.string(), reason: z.string() })),
    summary: z.array(z.string()).openapi({ description: 'In words, one sentence each.' }),
  })
  .openapi('Diff')

const route = createRoute({
  method: 'get',
  path: '/v1/scans/{id}/diff/{other}',
  tags: ['Findings'],
  summary: 'See what changed from one scan of a target to another',
  description:
    'The order of the two does not matter: the earlier one is `before`. Where either did not tell, nothing is claimed.',
  ...permit('findings:read'),
  request: { params: z.object({ id: z.uuid(), other: z.uuid() }) },
  responses: {
    200: json('In words and as data.', diffDocument),
    ...refusals('not-found', 'gone', 'invalid-input', 'conflict'),
  },
})

export function diffRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const reach = reachOf(c.get('actor'))
    const { id, other } = c.req.valid('param')
    const [one, two] = await Promise.all(
      [id, other].map(async (id) => {
        const scan = await findScan(db, reach, id)
        if (!scan) throw await missingScan(db, reach, id)
        return scan
      }),
    )
    if (one!.canonical !== two!.canonical) throw new DomainError('conflict', 'The two scans are of different targets.')
    if (!isFinal(one!.status) || !isFinal(two!.status))
      throw new DomainError('conflict', 'One of the scans has not ended.')
    const [before, after] = one!.created_at <= two!.created_at ? [one!, two!] : [two!, one!]
    return c.json(await diffOf(db, before, after), 200)
  })
}
