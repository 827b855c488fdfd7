import { createRoute, z } from '@hono/zod-openapi'
import { addressBits, familyOf, parseRange } from '#db/model/address.ts'
import { proofStatuses } from '#db/model/authority.ts'
import { DomainError } from '#db/model/errors.ts'
import { parseTarget } from '#db/model/target.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { listSpared, type Spared, spare, unspare } from '#db/queries/do-not-scan.ts'
import { tellSpared } from '#workers/queue/alerts/tell-spared.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

/** A name, an address or a range, as a host or CIDR. @throws DomainError `invalid-target` */
export function readSpared(text: string): Spared {
  const [address = ''] = text.split('/')
  if (text.includes('/') && familyOf(address) !== null) {
    try {
      parseRange(text)
      return { kind: 'range', value: text }
    } catch {
      throw new DomainError('invalid-target', 'That is no range of addresses.')
    }
  }
  const { kind, canonical } = parseTarget(text)
  if (kind !== 'address') return { kind: 'name', value: canonical }
  // Judged once more as a number, so that what is stored is what is compared.
  addressBits(canonical)
  return { kind: 'range', value: `${canonical}/${familyOf(canonical) === 4 ? 32 : 128}` }
}

const list = createRoute({
  method: 'get',
  path: '/v1/instance/do-not-scan',
  tags: ['Instance'],
  summary: 'Whom nothing of this instance may touch',
  ...permit('instance:read'),
  responses: {
    200: json(
      'The newest first.',
      z.object({
        entries: z.array(
          z.object({
            id: z.uuid(),
            kind: z.enum(['name', 'range']),
            value: z.string(),
            reason: z.string(),
            source: z.enum(['admin', 'opt-out']),
            status: z.enum(proofStatuses),
            createdAt: z.iso.datetime(),
          }),
        ),
      }),
    ),
    ...refusals(),
  },
})

export function listDoNotScan(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const entries = (await listSpared(db)).map(({ id, kind, value, reason, source, status, createdAt }) => ({
      id,
      kind,
      value,
      reason,
      source,
      status,
      createdAt: createdAt.toISOString(),
    }))
    return c.json({ entries }, 200)
  })
}

const add = createRoute({
  method: 'post',
  path: '/v1/instance/do-not-scan',
  tags: ['Instance'],
  summary: 'Let nothing touch a name and all below it, an address or a range',
  ...permit('instance:write', jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({ host: z.string().min(1).max(300), reason: z.string().trim().max(300).default('') }),
    ),
  },
  responses: {
    201: json('It holds in every process within two seconds.', z.object({ id: z.uuid() })),
    ...refusals(...bodyRefusals, 'invalid-target'),
  },
})

export function addDoNotScan(app: Api, { db }: Deps) {
  app.openapi(add, async (c) => {
    const { host, reason } = c.req.valid('json')
    const spared = readSpared(host)
    const id = await db.transaction().execute(async (db) => {
      const id = await spare(db, spared, reason, c.get('actor').principal)
      await tellSpared(db, spared)
      await writeAudit(db, auditBy(c, 'do-not-scan.add', { kind: 'do-not-scan', id }))
      return id
    })
    return c.json({ id }, 201)
  })
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/instance/do-not-scan/{id}',
  tags: ['Instance'],
  summary: 'Take an entry off the list',
  ...permit('instance:write'),
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: noContent('Gone.'), ...refusals('invalid-input', 'not-found') },
})

export function removeDoNotScan(app: Api, { db }: Deps) {
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    await db.transaction().execute(async (db) => {
      if (!(await unspare(db, id))) throw new DomainError('not-found', `There is no entry ${id}.`)
      await writeAudit(db, auditBy(c, 'do-not-scan.remove', { kind: 'do-not-scan', id }))
    })
    return c.body(null, 204)
  })
}
