import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { isAnotherAdmin } from '#db/queries/instance-users.ts'
import { exportUser, restoreDays } from '#db/queries/leaving.ts'
import { ownedAlone } from '#db/queries/organisations.ts'
import { endSessions } from '#db/queries/sessions.ts'
import { findUser, setUserState } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import { arrivalOf } from '../../accounts/context.ts'
import { restoreAccount } from '../../accounts/restore.ts'
import { auditBy, selfOf } from '../../accounts/self.ts'
import { dropTokens } from '../../accounts/tokens.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { open, permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, openRefusals, refusals } from '../answers.ts'

const download = createRoute({
  method: 'get',
  path: '/v1/me/export',
  tags: ['Me'],
  summary: 'Everything that is kept about oneself',
  ...permit('self:secure'),
  responses: {
    200: json('Without what stands in for secrets.', z.record(z.string(), z.unknown())),
    ...refusals(),
  },
})

export function exportMe(app: Api, { db }: Deps) {
  app.openapi(download, async (c) => {
    const { userId } = selfOf(c)
    await writeAudit(db, auditBy(c, 'user.export', { kind: 'user', id: userId }))
    c.header('Content-Disposition', 'attachment; filename="portlight-account.json"')
    return c.json(await exportUser(db, userId), 200)
  })
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/me',
  tags: ['Me'],
  summary: 'Delete one’s account',
  description: `It can be had back for ${restoreDays} days, by the link in the mail; then it is erased.`,
  ...permit('self:secure'),
  responses: { 204: noContent('Deleted; every session has ended.'), ...refusals('conflict') },
})

export function deleteMe(app: Api, deps: Deps) {
  app.openapi(remove, async (c) => {
    const { userId } = selfOf(c)
    await withMail(deps, async (db, mail) => {
      const user = (await findUser(db, userId))!
      const left = await ownedAlone(db, userId)
      if (left.length > 0)
        throw new DomainError('conflict', `“${left[0]!.name}” would be without an owner: make somebody else one first.`)
      if (user.instanceRole === 'instance-admin' && !(await isAnotherAdmin(db, userId)))
        throw new DomainError('conflict', 'The instance would be without an admin: make somebody else one first.')
      await setUserState(db, userId, 'deleted')
      await endSessions(db, userId, { allBut: null }, 'account-deleted')
      await writeAudit(db, auditBy(c, 'user.delete', { kind: 'user', id: userId }))
      const restoreUntil = new Date(Date.now() + restoreDays * 24 * 3600_000).toISOString().slice(0, 10)
      const facts = { userId, restoreUntil }
      await mail({ kind: 'account-deleted', recipient: user.email, challengeId: null, facts })
    })
    dropTokens(c)
    return c.body(null, 204)
  })
}

const restore = createRoute({
  method: 'post',
  path: '/v1/restore',
  tags: ['Accounts'],
  summary: 'Have a deleted account back, by the link of the mail',
  ...open(jsonBody()),
  request: { body: fields.body(z.strictObject({ id: z.uuid(), token: z.string().max(100) })) },
  responses: { 204: noContent('Sign in now.'), ...openRefusals(...bodyRefusals, 'wrong-credentials') },
})

export function restoreMe(app: Api, deps: Deps) {
  app.openapi(restore, async (c) => {
    await restoreAccount(deps, c.req.valid('json'), arrivalOf(c))
    return c.body(null, 204)
  })
}
