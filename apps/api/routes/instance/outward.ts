import { createRoute, z } from '@hono/zod-openapi'
import { bases, tiers } from '#db/model/authority.ts'
import { canonicalAddress } from '#db/model/address.ts'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { contactsOf, moveOutward, readOutward } from '#db/queries/switches.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const read = createRoute({
  method: 'get',
  path: '/v1/outward',
  tags: ['Instance'],
  summary: 'Whether packets may leave for targets',
  ...permit('self:read'),
  responses: {
    200: json(
      'As the switch stands.',
      z
        .object({ isOff: z.boolean(), reason: z.string(), movedAt: z.iso.datetime().nullable() })
        .openapi('OutwardSwitch'),
    ),
    ...refusals(),
  },
})

export function readOutwardRoute(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => {
    const { isOff, reason, movedAt } = await readOutward(db)
    return c.json({ isOff, reason, movedAt: movedAt?.toISOString() ?? null }, 200)
  })
}

const move = createRoute({
  method: 'put',
  path: '/v1/outward',
  tags: ['Instance'],
  summary: 'Stop, or let go on, every packet to targets and to what they name',
  description:
    'Holds in every process within two seconds: sockets close, running scans are handed back and wait. Mail to the operator’s own server and the sign-in provider are no targets and go on.',
  ...permit('instance:operate', jsonBody()),
  request: {
    body: fields.body(z.strictObject({ isOff: z.boolean(), reason: z.string().trim().max(300).default('') })),
  },
  responses: { 204: noContent('Moved.'), ...refusals(...bodyRefusals) },
})

export function moveOutwardRoute(app: Api, { db }: Deps) {
  app.openapi(move, async (c) => {
    const { isOff, reason } = c.req.valid('json')
    const { principal } = c.get('actor')
    await db.transaction().execute(async (db) => {
      await moveOutward(db, { isOff, reason, movedBy: principal })
      await writeAudit(db, auditBy(c, isOff ? 'outward.stop' : 'outward.resume', null))
    })
    return c.body(null, 204)
  })
}

const contacts = createRoute({
  method: 'get',
  path: '/v1/instance/contacts',
  tags: ['Instance'],
  summary: 'Who scanned this address, when, and by what right',
  ...permit('instance:operate'),
  request: {
    query: z.strictObject({
      address: z.string().max(50),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
  },
  responses: {
    200: json(
      'The last first.',
      z.object({
        contacts: z.array(
          z.object({
            runId: z.uuid(),
            scanId: z.uuid(),
            organisation: z.string(),
            requestedBy: z.uuid().nullable(),
            scanner: z.string(),
            tier: z.enum(tiers).nullable(),
            basis: z.enum(bases).nullable(),
            proof: z.string().nullable(),
            sentence: z.string().nullable(),
            firstAt: z.iso.datetime(),
            lastAt: z.iso.datetime(),
            connections: z.int(),
          }),
        ),
      }),
    ),
    ...refusals('invalid-input', 'invalid-target'),
  },
})

export function listContacts(app: Api, { db }: Deps) {
  app.openapi(contacts, async (c) => {
    const { address: text, limit } = c.req.valid('query')
    const address = canonicalAddress(text)
    if (address === null) throw new DomainError('invalid-target', 'That is no address.')
    const rows = (await contactsOf(db, address, limit)).map(({ authority, firstAt, lastAt, ...row }) => {
      const here = authority?.addresses.find((one) => one.address === address)
      return {
        ...row,
        basis: here?.basis ?? authority?.basis ?? null,
        proof: here?.proof ?? authority?.proof?.kind ?? null,
        sentence: authority?.sentence ?? null,
        firstAt: firstAt.toISOString(),
        lastAt: lastAt.toISOString(),
      }
    })
    return c.json({ contacts: rows }, 200)
  })
}
