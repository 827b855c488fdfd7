import { createRoute, z } from '@hono/zod-openapi'
import { listExpiries, type ShownExpiry } from '#db/queries/expiries.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { cursorOf } from '../../documents/cursor.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const instant = z.iso.datetime()
const place = cursorOf(z.tuple([instant, z.uuid(), z.string().max(300)]))

const expiry = z
  .object({
    target: z.object({ id: z.uuid(), canonical: z.string(), display: z.string() }),
    subject: z.string(),
    expiresAt: instant,
    beganAt: instant.nullable(),
    issuer: z.string().nullable().openapi({ description: 'As whoever issued it writes it.' }),
    seenAt: instant,
    soonDays: z.int().openapi({ description: 'How many days before its end it is worth a word.' }),
    isNotRetested: z.boolean().openapi({ description: 'A later run could not tell it: it stands as it was seen.' }),
  })
  .openapi('Expiry')

const route = createRoute({
  method: 'get',
  path: '/v1/expiries',
  tags: ['Overview'],
  summary: 'Certificates or registrations of watched targets, the first to end first',
  description: 'Of each place the one that was shown last. What nobody could ask again stays, and says so.',
  ...permit('findings:read'),
  request: {
    query: z.strictObject({
      of: z.enum(['certificates', 'registrations']).default('certificates'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(600).optional().openapi({ description: '`next` of the page before.' }),
    }),
  },
  responses: {
    200: json('One page.', z.object({ expiries: z.array(expiry), next: z.string().nullable() })),
    ...refusals('invalid-input', 'invalid-cursor'),
  },
})

const scanners = { certificates: 'tls', registrations: 'whois' } as const

export function listExpiriesRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { of, limit, cursor } = c.req.valid('query')
    const from = cursor === undefined ? null : place.read(cursor)
    const after = from === null ? null : { expiresAt: new Date(from[0]), targetId: from[1], subject: from[2] }
    const rows = await listExpiries(db, reachOf(c.get('actor')), { scanner: scanners[of], after, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next =
      rows.length > limit && last ? place.write([last.expiresAt.toISOString(), last.targetId, last.subject]) : null
    return c.json({ expiries: page.map(writeExpiry), next }, 200)
  })
}

const writeExpiry = (row: ShownExpiry): z.input<typeof expiry> => ({
  target: { id: row.targetId, canonical: row.canonical, display: row.display },
  subject: row.subject,
  expiresAt: row.expiresAt.toISOString(),
  beganAt: row.beganAt?.toISOString() ?? null,
  issuer: row.issuer,
  seenAt: row.seenAt.toISOString(),
  soonDays: row.soonDays,
  isNotRetested: row.isNotRetested,
})
