import { createRoute, z } from '@hono/zod-openapi'
import { readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { instanceRoles } from '#db/model/role.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { agreeOnFactorReset, isAnotherAdmin, listUsers, setInstanceRole } from '#db/queries/instance-users.ts'
import { endSessions } from '#db/queries/sessions.ts'
import { clearPassword, findUser, setUserState } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import { arrivalOf } from '../../accounts/context.ts'
import { resetFactors } from '../../accounts/factors.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const params = z.object({ id: z.uuid() })

const userDocument = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    instanceRole: z.enum(instanceRoles).nullable(),
    state: z.enum(['active', 'disabled', 'deleted']),
    openSessions: z.int(),
    createdAt: z.iso.datetime(),
  })
  .openapi('InstanceUser')

const list = createRoute({
  method: 'get',
  path: '/v1/instance/users',
  tags: ['Instance'],
  summary: 'List the users of this instance, newest first',
  ...permit('instance:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.uuid().optional().openapi({ description: '`next` of the page before.' }),
      email: fields.email.optional(),
      q: z.string().max(100).optional().openapi({ description: 'In the address or the name.' }),
    }),
  },
  responses: {
    200: json('One page.', z.object({ users: z.array(userDocument), next: z.uuid().nullable() })),
    ...refusals('invalid-input', 'invalid-email'),
  },
})

export function listUsersRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { limit, cursor = null, email, q = '' } = c.req.valid('query')
    const canonical = email === undefined ? null : readEmail(email).canonical
    const rows = await listUsers(db, { limit: limit + 1, after: cursor, email: canonical, text: q === '' ? null : q })
    const users = rows.slice(0, limit).map((user) => ({
      ...user,
      openSessions: Number(user.openSessions),
      createdAt: user.createdAt.toISOString(),
    }))
    return c.json({ users, next: rows.length > limit ? users.at(-1)!.id : null }, 200)
  })
}

const change = createRoute({
  method: 'patch',
  path: '/v1/instance/users/{id}',
  tags: ['Instance'],
  summary: 'Disable a user or give an instance role',
  ...permit('instance:write', jsonBody()),
  request: {
    params,
    body: fields.body(
      z.strictObject({ isDisabled: z.boolean().optional(), instanceRole: z.enum(instanceRoles).nullable().optional() }),
    ),
  },
  responses: { 204: noContent('Changed.'), ...refusals(...bodyRefusals, 'not-found', 'conflict') },
})

export function changeUser(app: Api, deps: Deps) {
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const { isDisabled, instanceRole } = c.req.valid('json')
    await withMail(deps, async (db, mail) => {
      const user = await findUser(db, id)
      if (!user || user.state === 'deleted') throw noUser(id)
      if (instanceRole !== undefined) {
        if (!(await setInstanceRole(db, id, instanceRole))) throw lastAdmin()
        await writeAudit(db, auditBy(c, 'user.change-instance-role', { kind: 'user', id }, { role: instanceRole }))
      }
      if (isDisabled === undefined || isDisabled === (user.state === 'disabled')) return
      if (isDisabled && user.instanceRole === 'instance-admin' && !(await isAnotherAdmin(db, id))) throw lastAdmin()
      await setUserState(db, id, isDisabled ? 'disabled' : 'active')
      await writeAudit(db, auditBy(c, isDisabled ? 'user.disable' : 'user.enable', { kind: 'user', id }))
      if (!isDisabled) return
      await endSessions(db, id, { allBut: null }, 'disabled')
      await mail({ kind: 'account-disabled', recipient: user.email, challengeId: null, facts: {} })
    })
    return c.body(null, 204)
  })
}

const end = createRoute({
  method: 'post',
  path: '/v1/instance/users/{id}/end-sessions',
  tags: ['Instance'],
  summary: 'End all sessions of a user',
  ...permit('instance:write'),
  request: { params },
  responses: { 200: json('Ended.', z.object({ ended: z.int() })), ...refusals('invalid-input', 'not-found') },
})

export function endSessionsOfUser(app: Api, { db }: Deps) {
  app.openapi(end, async (c) => {
    const { id } = c.req.valid('param')
    const ended = await db.transaction().execute(async (db) => {
      if (!(await findUser(db, id))) throw noUser(id)
      await writeAudit(db, auditBy(c, 'user.end-sessions', { kind: 'user', id }))
      return endSessions(db, id, { allBut: null }, 'ended-by-admin')
    })
    return c.json({ ended: ended.length }, 200)
  })
}

const reset = createRoute({
  method: 'post',
  path: '/v1/instance/users/{id}/reset',
  tags: ['Instance'],
  summary: 'Make a user choose a new password',
  description: 'Takes the password away, ends all sessions, and tells by mail how to choose a new one.',
  ...permit('instance:write'),
  request: { params },
  responses: { 204: noContent('Begun.'), ...refusals('invalid-input', 'not-found') },
})

export function startReset(app: Api, deps: Deps) {
  app.openapi(reset, async (c) => {
    const { id } = c.req.valid('param')
    await withMail(deps, async (db, mail) => {
      const user = await findUser(db, id)
      if (!user || user.state === 'deleted') throw noUser(id)
      await clearPassword(db, id)
      await endSessions(db, id, { allBut: null }, 'reset-by-admin')
      await writeAudit(db, auditBy(c, 'user.start-reset', { kind: 'user', id }))
      await mail({ kind: 'reset-started-by-admin', recipient: user.email, challengeId: null, facts: {} })
    })
    return c.body(null, 204)
  })
}

const factorReset = createRoute({
  method: 'post',
  path: '/v1/instance/users/{id}/factor-reset',
  tags: ['Instance'],
  summary: 'Take a user’s lost second factors away, as the first or the second of two',
  description: 'Two different admins within a day; where there is one admin, this machine’s key counts as the second.',
  ...permit('instance:operate'),
  request: { params },
  responses: {
    200: json(
      '`asked`: a second one is needed. `done`: the factors are gone.',
      z.object({ state: z.enum(['asked', 'done']) }),
    ),
    ...refusals('invalid-input', 'not-found'),
  },
})

export function resetFactorsOfUser(app: Api, deps: Deps) {
  app.openapi(factorReset, async (c) => {
    const { id } = c.req.valid('param')
    const state = await withMail(deps, async (db, mail) => {
      const user = await findUser(db, id)
      if (!user || user.state === 'deleted') throw noUser(id)
      const askedBy = c.get('actor').principal.id
      const verdict = await agreeOnFactorReset(db, { userId: id, email: user.email, askedBy })
      await writeAudit(db, auditBy(c, 'user.reset-factors', { kind: 'user', id }, { state: verdict }))
      if (verdict === 'asked') return 'asked'
      await endSessions(db, id, { allBut: null }, 'factors-reset')
      await resetFactors(db, mail, user, arrivalOf(c))
      return 'done'
    })
    return c.json({ state } as const, 200)
  })
}

const noUser = (id: string) => new DomainError('not-found', `There is no user ${id}.`)
const lastAdmin = () => new DomainError('conflict', 'An instance has an admin: make somebody else one first.')
