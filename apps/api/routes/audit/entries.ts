import { createRoute, z } from '@hono/zod-openapi'
import { type AuditEntry, type AuditFilter, listLatestAudit } from '#db/queries/audit.ts'
import type { Api, Deps } from '../../app.ts'
import { cursorOf } from '../../documents/cursor.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const place = cursorOf(z.uuid())

const entry = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    actor: z.object({ kind: z.string(), id: z.uuid().nullable() }),
    action: z.string(),
    outcome: z.enum(['done', 'refused']),
    subject: z.object({ kind: z.string(), id: z.string() }).nullable(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    requestId: z.string().nullable(),
  })
  .openapi('AuditEntry')

const route = createRoute({
  method: 'get',
  path: '/v1/audit/entries',
  tags: ['Audit'],
  summary: 'Read what was done in the organisation, the newest first',
  description: 'For people to look at: without the personal values and the places in the chain, which the export has.',
  ...permit('audit:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before.' }),
      action: z
        .string()
        .regex(/^[a-z.-]{1,60}$/)
        .optional()
        .openapi({ description: 'How it begins: `target.` or `session.begin`.' }),
      actor: z.uuid().optional(),
      subject: z.string().min(1).max(100).optional().openapi({ description: 'The id of what it was done to.' }),
      outcome: z.enum(['done', 'refused']).optional(),
      from: z.iso.datetime({ offset: true }).optional(),
      before: z.iso.datetime({ offset: true }).optional(),
    }),
  },
  responses: {
    200: json('One page.', z.object({ entries: z.array(entry), next: z.string().nullable() })),
    ...refusals('invalid-input', 'invalid-cursor'),
  },
})

export function listAuditEntries(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { limit, cursor, ...asked } = c.req.valid('query')
    const { organisationId } = c.get('actor')
    const olderThan = cursor === undefined ? null : place.read(cursor)
    const rows = await listLatestAudit(db, { organisationId, olderThan, limit: limit + 1, filter: filterOf(asked) })
    const page = rows.slice(0, limit)
    const next = rows.length > limit ? place.write(page.at(-1)!.id) : null
    return c.json({ entries: page.map(writeEntry), next }, 200)
  })
}

interface Asked {
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly subject?: string | undefined
  readonly outcome?: 'done' | 'refused' | undefined
  readonly from?: string | undefined
  readonly before?: string | undefined
}

const instantOf = (text: string | undefined) => (text === undefined ? null : new Date(text))
const filterOf = ({ action, actor, subject, outcome, from, before }: Asked): AuditFilter => ({
  action: action ?? null,
  actorId: actor ?? null,
  subjectId: subject ?? null,
  outcome: outcome ?? null,
  from: instantOf(from),
  before: instantOf(before),
})

type Row = Awaited<ReturnType<typeof listLatestAudit>>[number]
function writeEntry({ at, actor, subject, facts, ...row }: Row): z.input<typeof entry> {
  // As `writeAudit` wrote them.
  const written = { actor, subject, facts } as unknown as Required<Pick<AuditEntry, 'actor' | 'subject' | 'facts'>>
  const { kind, id } = written.actor
  return { ...row, at: at.toISOString(), actor: { kind, id }, subject: written.subject, facts: written.facts }
}
