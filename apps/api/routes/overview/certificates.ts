import { createRoute, z } from '@hono/zod-openapi'
import { type CertificateRow, countCertificates, listCertificates, renewals } from '#db/queries/certificates.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { cursorOf, instantText } from '../../documents/cursor.ts'
import { flagOf } from '../../documents/flag.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const instant = z.iso.datetime()
const count = z.int().nonnegative()
const plain = z
  .string()
  .max(300)
  .regex(/^[^\0]*$/)
const place = cursorOf(z.tuple([instantText, z.uuid(), plain, plain, plain]))

const certificate = z
  .object({
    target: z.object({ id: z.uuid(), canonical: z.string(), display: z.string() }),
    subject: z.string().openapi({ description: 'The port, and the name that was asked for where it is another.' }),
    address: z.string(),
    fingerprint: z.string().openapi({ description: 'SHA-256 over the certificate.' }),
    holder: z.string().openapi({ description: 'As whoever issued it writes it; so are issuer and names.' }),
    issuer: z.string(),
    serialNumber: z.string(),
    names: z.array(z.string()).openapi({ description: 'The first twenty.' }),
    nameCount: count,
    notBefore: instant,
    notAfter: instant,
    key: z.object({ type: z.string(), bits: z.int().nullable(), curve: z.string().nullable() }),
    nameMatches: z
      .boolean()
      .nullable()
      .openapi({ description: 'Whether it is good for the name asked for; null where that could not be told.' }),
    trustProblem: z.string().nullable(),
    renewal: z.enum(renewals).openapi({
      description: '`overdue`: in its last quarter, or its last 30 days, by when what renews itself has done so.',
    }),
    hasSuccessor: z.boolean().openapi({ description: 'One that ends later is shown at the same port already.' }),
    seenAt: instant,
    scanId: z.uuid(),
    isNotRetested: z.boolean().openapi({
      description: 'The last run did not ask there, or got no answer: it stands as it was seen at `seenAt`.',
    }),
  })
  .openapi('Certificate')

const scope = {
  target: z.uuid().optional(),
  text: z.string().max(200).optional().openapi({ description: 'Part of the host, a name or the issuer.' }),
  renewal: z.enum(renewals).optional(),
  hasSuccessor: z.enum(['true', 'false']).optional(),
  retested: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: '`false`: the last run did not ask there, or got no answer.' }),
}

const scopeOf = ({ target, text, renewal, hasSuccessor, retested }: z.output<z.ZodObject<typeof scope>>) => ({
  targetId: target ?? null,
  text: text ?? null,
  renewal: renewal ?? null,
  hasSuccessor: flagOf(hasSuccessor),
  isRetested: flagOf(retested),
})

const route = createRoute({
  method: 'get',
  path: '/v1/certificates',
  tags: ['Overview'],
  summary: 'Certificates that watched targets show, the first to end first',
  description:
    'One for each address and port, as last seen: replaced by what a later run was answered there, never by silence. What nobody has seen for a year is forgotten.',
  ...permit('findings:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(1500).optional().openapi({ description: '`next` of the page before.' }),
      ...scope,
    }),
  },
  responses: {
    200: json('One page.', z.object({ certificates: z.array(certificate), next: z.string().nullable() })),
    ...refusals('invalid-input', 'invalid-cursor'),
  },
})

export function listCertificatesRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { limit, cursor, ...asked } = c.req.valid('query')
    const [notAfter, targetId, subject, address, fingerprint] = cursor === undefined ? [] : place.read(cursor)
    const after =
      notAfter === undefined
        ? null
        : { notAfter, targetId: targetId!, subject: subject!, address: address!, fingerprint: fingerprint! }
    const rows = await listCertificates(db, reachOf(c.get('actor')), { ...scopeOf(asked), after, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next =
      rows.length > limit && last
        ? place.write([last.notAfterText, last.target_id, last.subject, last.address, last.fingerprint])
        : null
    return c.json({ certificates: page.map(writeCertificate), next }, 200)
  })
}

const counts = createRoute({
  method: 'get',
  path: '/v1/certificates/counts',
  tags: ['Overview'],
  summary: 'Count certificates',
  description: 'Takes the filter of the list. A certificate counts once, however many places show it.',
  ...permit('findings:read'),
  request: { query: z.strictObject(scope) },
  responses: {
    200: json(
      'Counted.',
      z
        .object({
          certificates: count,
          places: count.openapi({ description: 'Ports of targets.' }),
          ended: count.openapi({ description: 'Without a successor at the same port, as `overdue` is.' }),
          overdue: count,
          notRetested: count,
        })
        .openapi('CertificateCounts'),
    ),
    ...refusals('invalid-input'),
  },
})

export function countCertificatesRoute(app: Api, { db }: Deps) {
  app.openapi(counts, async (c) => {
    return c.json(await countCertificates(db, reachOf(c.get('actor')), scopeOf(c.req.valid('query'))), 200)
  })
}

const writeCertificate = (row: CertificateRow): z.input<typeof certificate> => ({
  target: { id: row.target_id, canonical: row.canonical, display: row.display },
  subject: row.subject,
  address: row.address,
  fingerprint: row.fingerprint,
  holder: row.holder,
  issuer: row.issuer,
  serialNumber: row.serial_number,
  names: row.names,
  nameCount: row.name_count,
  notBefore: row.not_before.toISOString(),
  notAfter: row.not_after.toISOString(),
  key: { type: row.key_type, bits: row.key_bits, curve: row.key_curve },
  nameMatches: row.name_matches,
  trustProblem: row.trust_problem,
  renewal: row.renewal,
  hasSuccessor: row.hasSuccessor,
  seenAt: row.seen_at.toISOString(),
  scanId: row.scan_id,
  isNotRetested: row.isNotRetested,
})
