import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { identitiesOf, unlinkIdentity } from '#db/queries/identities.ts'
import { passkeysOf } from '#db/queries/passkeys.ts'
import { findUser } from '#db/queries/users.ts'
import { auditBy, selfOf } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const identity = z.object({ issuer: z.string().max(2000), subject: z.string().max(255) })

const list = createRoute({
  method: 'get',
  path: '/v1/me/identities',
  tags: ['Factors'],
  summary: 'By which sign-in providers one may sign in',
  ...permit('self:write'),
  responses: {
    200: json('As they stand.', z.object({ identities: z.array(identity.extend({ createdAt: z.iso.datetime() })) })),
    ...refusals(),
  },
})

export function listIdentities(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const identities = (await identitiesOf(db, selfOf(c).userId)).map(({ createdAt, ...one }) => ({
      ...one,
      createdAt: createdAt.toISOString(),
    }))
    return c.json({ identities }, 200)
  })
}

const unlink = createRoute({
  method: 'post',
  path: '/v1/me/identities/unlink',
  tags: ['Factors'],
  summary: 'Unlink a sign-in provider; never the last way to sign in',
  ...permit('self:secure', jsonBody()),
  request: { body: fields.body(identity.strict()) },
  responses: { 204: noContent('Unlinked.'), ...refusals(...bodyRefusals, 'not-found', 'conflict') },
})

export function unlinkIdentityRoute(app: Api, { db }: Deps) {
  app.openapi(unlink, async (c) => {
    const { userId } = selfOf(c)
    await db.transaction().execute(async (db) => {
      const user = (await findUser(db, userId))!
      const others = (await identitiesOf(db, userId)).length - 1 + (await passkeysOf(db, userId)).length
      if (user.password_hash === null && others <= 0)
        throw new DomainError('conflict', 'It is your only way to sign in: choose a password or add a passkey first.')
      if (!(await unlinkIdentity(db, c.req.valid('json'), userId)))
        throw new DomainError('not-found', 'No such identity is linked to your account.')
      await writeAudit(db, auditBy(c, 'factor.removed', { kind: 'user', id: userId }, { factor: 'provider' }))
    })
    return c.body(null, 204)
  })
}
