import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { localName } from '#db/queries/api-keys.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { createServiceAccount, listServiceAccounts, setServiceAccountDisabled } from '#db/queries/service-accounts.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const roles = z.enum(['admin', 'operator', 'viewer'])

const accountDocument = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: roles,
    createdAt: z.iso.datetime(),
    disabledAt: z.iso.datetime().nullable(),
  })
  .openapi('ServiceAccount')

const list = createRoute({
  method: 'get',
  path: '/v1/service-accounts',
  tags: ['Keys'],
  summary: 'List service accounts',
  ...permit('keys:read'),
  responses: {
    200: json('All there are.', z.object({ serviceAccounts: z.array(accountDocument) })),
    ...refusals(),
  },
})

export function listServiceAccountsRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const serviceAccounts = (await listServiceAccounts(db, c.get('actor').organisationId)).map((account) => ({
      ...account,
      createdAt: account.createdAt.toISOString(),
      disabledAt: account.disabledAt?.toISOString() ?? null,
    }))
    return c.json({ serviceAccounts }, 200)
  })
}

const create = createRoute({
  method: 'post',
  path: '/v1/service-accounts',
  tags: ['Keys'],
  summary: 'Make a service account, for scripts that outlive their makers',
  ...permit('service-accounts:write', jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        name: fields.personName.min(1).refine((name) => name !== localName, 'is this machine’s own'),
        role: roles.default('operator'),
      }),
    ),
  },
  responses: {
    201: json('Made; it has no key yet.', z.object({ id: z.uuid() })),
    ...refusals(...bodyRefusals, 'conflict'),
  },
})

export function createServiceAccountRoute(app: Api, { db }: Deps) {
  app.openapi(create, async (c) => {
    const { organisationId } = c.get('actor')
    const account = await db.transaction().execute(async (db) => {
      const account = await createServiceAccount(db, { organisationId, ...c.req.valid('json') })
      if (!account) throw new DomainError('conflict', 'There is a service account of this name.')
      await writeAudit(db, auditBy(c, 'service-account.create', { kind: 'service-account', id: account.id }))
      return account
    })
    return c.json(account, 201)
  })
}

const change = createRoute({
  method: 'patch',
  path: '/v1/service-accounts/{id}',
  tags: ['Keys'],
  summary: 'Disable a service account, or let it work again',
  ...permit('service-accounts:write', jsonBody()),
  request: { params: z.object({ id: z.uuid() }), body: fields.body(z.strictObject({ isDisabled: z.boolean() })) },
  responses: { 204: noContent('Changed.'), ...refusals(...bodyRefusals, 'not-found') },
})

export function changeServiceAccount(app: Api, { db }: Deps) {
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const { isDisabled } = c.req.valid('json')
    const { organisationId } = c.get('actor')
    await db.transaction().execute(async (db) => {
      if (!(await setServiceAccountDisabled(db, { organisationId, id }, isDisabled)))
        throw new DomainError('not-found', `There is no service account ${id}.`)
      const action = isDisabled ? 'service-account.disable' : 'service-account.enable'
      await writeAudit(db, auditBy(c, action, { kind: 'service-account', id }))
    })
    return c.body(null, 204)
  })
}
