import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { endSessions, listSessions, renameSession } from '#db/queries/sessions.ts'
import { auditBy, selfOf } from '../../accounts/self.ts'
import { dropTokens } from '../../accounts/tokens.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const sessionDocument = z
  .object({
    id: z.uuid(),
    name: z.string(),
    address: z.string().nullable().openapi({ description: 'From where it was begun.' }),
    isCurrent: z.boolean(),
    isRemembered: z.boolean(),
    createdAt: z.iso.datetime(),
    lastRefreshedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Session')

const params = z.object({ id: z.uuid() })

const list = createRoute({
  method: 'get',
  path: '/v1/sessions',
  tags: ['Sessions'],
  summary: 'List one’s open sessions, newest first',
  ...permit('self:write'),
  responses: { 200: json('At most a hundred.', z.object({ sessions: z.array(sessionDocument) })), ...refusals() },
})

export function listSessionsRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { userId, sessionId } = selfOf(c)
    const sessions = (await listSessions(db, userId)).map((row) => ({
      id: row.id,
      name: row.name,
      address: row.address,
      isCurrent: row.id === sessionId,
      isRemembered: row.is_remembered,
      createdAt: row.created_at.toISOString(),
      lastRefreshedAt: row.rotated_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
    }))
    return c.json({ sessions }, 200)
  })
}

const rename = createRoute({
  method: 'patch',
  path: '/v1/sessions/{id}',
  tags: ['Sessions'],
  summary: 'Name a session',
  ...permit('self:write', jsonBody()),
  request: { params, body: fields.body(z.strictObject({ name: fields.personName.min(1) })) },
  responses: { 204: noContent('Named.'), ...refusals(...bodyRefusals, 'not-found') },
})

export function renameSessionRoute(app: Api, { db }: Deps) {
  app.openapi(rename, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await renameSession(db, selfOf(c).userId, id, c.req.valid('json').name))) throw noSession(id)
    return c.body(null, 204)
  })
}

const end = createRoute({
  method: 'delete',
  path: '/v1/sessions/{id}',
  tags: ['Sessions'],
  summary: 'End a session',
  description: 'It is dead within a second in every process, its open streams too.',
  ...permit('self:write'),
  request: { params },
  responses: { 204: noContent('Ended.'), ...refusals('invalid-input', 'not-found') },
})

export function endSession(app: Api, { db }: Deps) {
  app.openapi(end, async (c) => {
    const { id } = c.req.valid('param')
    const { userId, sessionId } = selfOf(c)
    await db.transaction().execute(async (db) => {
      const ended = await endSessions(db, userId, { only: id }, 'revoked')
      if (ended.length === 0) throw noSession(id)
      await writeAudit(db, auditBy(c, 'session.end', { kind: 'session', id }))
    })
    if (id === sessionId) dropTokens(c)
    return c.body(null, 204)
  })
}

const endAll = createRoute({
  method: 'delete',
  path: '/v1/sessions',
  tags: ['Sessions'],
  summary: 'End every session but this one, or this one too',
  ...permit('self:write'),
  request: {
    query: z.strictObject({
      which: z.enum(['others', 'all']).default('others').openapi({ description: '`all`: log out everywhere.' }),
    }),
  },
  responses: { 200: json('Ended.', z.object({ ended: z.int() })), ...refusals('invalid-input') },
})

export function endAllSessions(app: Api, { db }: Deps) {
  app.openapi(endAll, async (c) => {
    const { userId, sessionId } = selfOf(c)
    const isAll = c.req.valid('query').which === 'all'
    const ended = await db.transaction().execute(async (db) => {
      const ended = await endSessions(db, userId, { allBut: isAll ? null : sessionId }, 'revoked')
      await writeAudit(db, auditBy(c, 'session.end-all', { kind: 'user', id: userId }, { count: ended.length }))
      return ended.length
    })
    if (isAll) dropTokens(c)
    return c.json({ ended }, 200)
  })
}

const logout = createRoute({
  method: 'post',
  path: '/v1/logout',
  tags: ['Accounts'],
  summary: 'End this session',
  ...permit('self:write'),
  responses: { 204: noContent('Ended.'), ...refusals() },
})

export function logoutRoute(app: Api, { db }: Deps) {
  app.openapi(logout, async (c) => {
    const { userId, sessionId } = selfOf(c)
    await db.transaction().execute(async (db) => {
      await endSessions(db, userId, { only: sessionId }, 'logged-out')
      await writeAudit(db, auditBy(c, 'session.end', { kind: 'session', id: sessionId }))
    })
    dropTokens(c)
    return c.body(null, 204)
  })
}

const noSession = (id: string) => new DomainError('not-found', `There is no open session ${id} of yours.`)
