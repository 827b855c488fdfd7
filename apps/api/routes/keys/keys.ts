import { createRoute, z } from '@hono/zod-openapi'
import { familyOf, parseRange } from '#db/model/address.ts'
import { DomainError } from '#db/model/errors.ts'
import { type PermissionName, scopes as allScopes } from '#db/model/permission.ts'
import { isAtLeast } from '#db/model/role.ts'
import { createKey, keysAtMost, listKeys, localName, revokeKey } from '#db/queries/api-keys.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { findServiceAccount } from '#db/queries/service-accounts.ts'
import { auditBy, selfOf } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

/** Every key may see itself. */
const always: PermissionName = 'self:read'

const range = z
  .string()
  .max(60)
  .refine((text) => {
    try {
      return familyOf(text.split('/')[0]!) !== null && parseRange(text) !== null
    } catch {
      return false
    }
  }, 'is no range such as 192.0.2.0/24')

const keyFields = {
  name: fields.personName.min(1).refine((name) => name !== localName, 'is this machine’s own'),
  scopes: z
    .array(z.enum(allScopes as [PermissionName, ...PermissionName[]]))
    .min(1)
    .nullable()
    .default(null)
    .openapi({ description: 'Null: all that the role may.' }),
  targetTags: z
    .array(z.string().min(1).max(60))
    .min(1)
    .max(50)
    .nullable()
    .default(null)
    .openapi({ description: 'Only targets with one of these tags; null: all.' }),
  sourceRanges: z
    .array(range)
    .min(1)
    .max(50)
    .nullable()
    .default(null)
    .openapi({ description: 'Only from these addresses; null: from anywhere.', example: ['192.0.2.0/24'] }),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
}

const keyDocument = z
  .object({
    id: z.uuid(),
    name: z.string(),
    hint: z.string().openapi({ description: 'How the key begins.' }),
    scopes: z.array(z.string()).nullable(),
    targetTags: z.array(z.string()).nullable(),
    sourceRanges: z.array(z.string()).nullable(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    owner: z.object({ kind: z.enum(['user', 'service-account']), id: z.uuid(), name: z.string() }),
  })
  .openapi('ApiKey')

const list = createRoute({
  method: 'get',
  path: '/v1/keys',
  tags: ['Keys'],
  summary: 'List the keys that work, newest first',
  ...permit('keys:read'),
  responses: { 200: json('All there are.', z.object({ keys: z.array(keyDocument) })), ...refusals() },
})

export function listKeysRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { organisationId, role, principal } = c.get('actor')
    // Who may not change other people's keys has no use for knowing them.
    const isAdmin = isAtLeast(role, 'admin')
    const rows = await listKeys(db, organisationId, isAdmin || principal.kind !== 'user' ? null : principal.id)
    const keys = rows.map(({ userId, serviceAccountId, email, serviceAccount, ...row }) => ({
      ...row,
      expiresAt: row.expiresAt?.toISOString() ?? null,
      lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
      owner:
        userId === null
          ? { kind: 'service-account' as const, id: serviceAccountId!, name: serviceAccount ?? '' }
          : { kind: 'user' as const, id: userId, name: email ?? '' },
    }))
    return c.json({ keys }, 200)
  })
}

const create = createRoute({
  method: 'post',
  path: '/v1/keys',
  tags: ['Keys'],
  summary: 'Make a key',
  description: 'One’s own, or with `serviceAccountId` that account’s. It is shown in this answer and never again.',
  ...permit('keys:write', jsonBody()),
  request: { body: fields.body(z.strictObject({ ...keyFields, serviceAccountId: z.uuid().optional() })) },
  responses: {
    201: json('Made.', z.object({ id: z.uuid(), key: z.string() })),
    ...refusals(...bodyRefusals, 'not-found', 'conflict'),
  },
})

export function createKeyRoute(app: Api, { db }: Deps) {
  app.openapi(create, async (c) => {
    const { serviceAccountId, scopes, expiresAt, ...given } = c.req.valid('json')
    const { userId, organisationId } = selfOf(c)
    const made = await db.transaction().execute(async (db) => {
      if (serviceAccountId !== undefined) {
        const account = await findServiceAccount(db, organisationId, serviceAccountId)
        if (!isAtLeast(c.get('actor').role, 'admin') || !account || account.name === localName)
          throw new DomainError('not-found', `There is no service account ${serviceAccountId} of yours.`)
      }
      const key = await createKey(db, {
        ...given,
        organisationId,
        owner: serviceAccountId === undefined ? { userId } : { serviceAccountId },
        scopes: scopes === null ? null : [...new Set([...scopes, always])],
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
      })
      if (!key)
        throw new DomainError('conflict', `There is a key of this name, or there are ${keysAtMost} keys already.`)
      await writeAudit(db, auditBy(c, 'api-key.create', { kind: 'api-key', id: key.id }))
      return key
    })
    return c.json(made, 201)
  })
}

const revoke = createRoute({
  method: 'delete',
  path: '/v1/keys/{id}',
  tags: ['Keys'],
  summary: 'Revoke a key: it is dead within a second everywhere',
  ...permit('keys:write'),
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: noContent('Revoked.'), ...refusals('invalid-input', 'not-found') },
})

export function revokeKeyRoute(app: Api, { db }: Deps) {
  app.openapi(revoke, async (c) => {
    const { id } = c.req.valid('param')
    const { userId, organisationId } = selfOf(c)
    const isAdmin = isAtLeast(c.get('actor').role, 'admin')
    await db.transaction().execute(async (db) => {
      if (!(await revokeKey(db, { organisationId, id, userId: isAdmin ? null : userId })))
        throw new DomainError('not-found', `There is no key ${id}, or it is not yours.`)
      await writeAudit(db, auditBy(c, 'api-key.revoke', { kind: 'api-key', id }))
    })
    return c.body(null, 204)
  })
}
