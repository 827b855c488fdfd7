import { createRoute, z } from '@hono/zod-openapi'
import { actedAtMost, acts, countedAtMost } from '#db/model/act.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { countScans, listJobs, matching, type Selection } from '#db/queries/everybodys-scans.ts'
import { actOnScans as act } from '#workers/queue/act-on-scans.ts'
import type { Api, Deps } from '../../app.ts'
import { readCursor, writeCursor } from '../../documents/cursor.ts'
import * as fields from '../../documents/fields.ts'
import { filterOf, jobDocument, scanFilter, writeJob } from '../../documents/job.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, refusals } from '../answers.ts'
import { auditFor, reason } from './reasoned.ts'

const sampleSize = 10
/** One transaction with so many scans takes its time. */
const actingMillis = 30_000

const asked = z.strictObject({
  act: z.enum(acts),
  filter: scanFilter
    .extend({ ids: z.array(z.uuid()).min(1).max(actedAtMost).optional() })
    .refine((filter) => Object.values(filter).some((value) => value !== undefined), 'names nothing'),
  again: z.boolean().default(false).openapi({ description: 'Retries also what was retried by an act before.' }),
  after: z.string().max(200).optional().openapi({ description: '`next` of the part before.' }),
})

const selectionOf = ({ act, filter: { ids, ...rest }, again, after }: z.output<typeof asked>) =>
  ({
    act,
    again,
    after: after === undefined ? null : readCursor(after),
    filter: { ...filterOf(rest), ids },
  }) satisfies Selection

const preview = createRoute({
  method: 'post',
  path: '/v1/instance/scans/preview',
  tags: ['Instance'],
  summary: 'See how many scans an act would be about, and the newest of them',
  description:
    'Of those that the filter matches: for `retry` scans that ended with a run that failed or told nothing, for `cancel` those that have not ended, for `prioritise` those that wait in another lane than `interactive`.',
  ...permit('instance:read', jsonBody()),
  request: { body: fields.body(asked) },
  responses: {
    200: json(
      'As it stands.',
      z.object({
        count: z.int().openapi({ description: `Counted up to ${countedAtMost}.` }),
        atMost: z.int().openapi({
          description:
            'As many are acted on by one call; a greater act takes several, each with `next` of the one before.',
        }),
        sample: z.array(jobDocument),
      }),
    ),
    ...refusals(...bodyRefusals, 'invalid-cursor', 'too-many-matches'),
  },
})

export function previewAct(app: Api, { db }: Deps) {
  app.openapi(preview, async (c) => {
    const matches = await matching(db, selectionOf(c.req.valid('json')))
    const [count, sample] = await Promise.all([
      countScans(db, matches),
      listJobs(db, matches, { limit: sampleSize, after: null }),
    ])
    return c.json({ count, atMost: actedAtMost, sample: sample.map(writeJob) }, 200)
  })
}

const acting = createRoute({
  method: 'post',
  path: '/v1/instance/scans/acts',
  tags: ['Instance'],
  summary: 'Retry, cancel or prioritise many scans',
  description:
    'The oldest 500 in one transaction, and only while exactly as many match as `expectedCount` says; where more match, `next` leads to the next part, which expects so many fewer. A retry is a new scan (`rerunOf`) that asks again what failed or told nothing; several go into the lane `bulk`. A scan that an act retried is not retried by the next, unless `again`. What an act did stands in each scan’s life, and in the audit of every organisation whose scans it was about.',
  ...permit('instance:write', jsonBody()),
  request: {
    body: fields.body(
      asked.extend({
        expectedCount: z.int().nonnegative().openapi({ description: '`count` of the preview.' }),
        reason,
      }),
    ),
  },
  responses: {
    200: json(
      'What was done.',
      z.object({
        id: z.uuid(),
        act: z.enum(acts),
        done: z.int(),
        skipped: z
          .record(z.string(), z.int())
          .openapi({ description: 'Those that could not be acted on, by why: the code of the refusal.' }),
        next: z.string().nullable().openapi({ description: 'Null where none are left.' }),
      }),
    ),
    ...refusals(...bodyRefusals, 'invalid-cursor', 'count-changed', 'too-many-matches'),
  },
})

export function actOnScansRoute(app: Api, deps: Deps) {
  app.openapi(acting, async (c) => {
    const { expectedCount, reason, ...wanted } = c.req.valid('json')
    c.get('grantMillis')(actingMillis)
    const outcome = await act(deps, c.get('actor'), {
      selection: selectionOf(wanted),
      expectedCount,
      requestKey: c.get('requestKey') ?? null,
      requestId: c.get('requestId'),
      alongside: async (db, { id, done }, shares) => {
        const facts = { act: wanted.act, count: expectedCount, done }
        const entry = auditFor(c, reason, `scans.${wanted.act}`, { kind: 'act', id }, facts)
        await writeAudit(db, { ...entry, personal: { ...entry.personal, filter: JSON.stringify(wanted.filter) } })
        // Whose scans they are reads it in their own audit: of the act what concerns them, and not by which words others were found.
        for (const { organisationId, ...share } of shares)
          if (organisationId !== entry.organisationId)
            await writeAudit(db, {
              ...entry,
              organisationId,
              facts: { act: wanted.act, ...share },
              personal: { reason },
            })
      },
    })
    const next = outcome.next === null ? null : writeCursor({ id: outcome.next.id, cursor: outcome.next.createdAt })
    return c.json({ ...outcome, skipped: { ...outcome.skipped }, next }, 200)
  })
}
