import { createRoute, z } from '@hono/zod-openapi'
import { readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { Secret } from '#db/model/secret.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { forgetDevices, listDevices } from '#db/queries/devices.ts'
import { switchOrganisation } from '#db/queries/sessions.ts'
import { languages } from '#db/model/words/language.ts'
import { changeUserFacts } from '#db/queries/users.ts'
import { beginEmailChange, completeEmailChange } from '../../accounts/change-email.ts'
import { arrivalOf } from '../../accounts/context.ts'
import { changePassword } from '../../accounts/password.ts'
import { auditBy, selfOf } from '../../accounts/self.ts'
import { makeTokens } from '../../accounts/tokens.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { giveTokens, heldAs, signedInDocument } from '../../documents/signed-in.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const changed = z
  .strictObject({
    name: fields.personName.optional(),
    language: z.enum(languages).nullable().optional().openapi({ description: 'Null for the browser’s.' }),
  })
  .refine((facts) => Object.values(facts).some((fact) => fact !== undefined), 'says nothing to change')

const change = createRoute({
  method: 'patch',
  path: '/v1/me',
  tags: ['Me'],
  summary: 'Change one’s name or language',
  ...permit('self:write', jsonBody()),
  request: { body: fields.body(changed) },
  responses: { 204: noContent('Changed.'), ...refusals(...bodyRefusals) },
})

export function changeMe(app: Api, { db }: Deps) {
  app.openapi(change, async (c) => {
    await changeUserFacts(db, selfOf(c).userId, c.req.valid('json'))
    return c.body(null, 204)
  })
}

const password = createRoute({
  method: 'post',
  path: '/v1/me/password',
  tags: ['Me'],
  summary: 'Change one’s password',
  description: 'Ends all other sessions, and tells by mail which.',
  ...permit('self:write', jsonBody()),
  request: { body: fields.body(z.strictObject({ old: fields.password, password: fields.newPassword })) },
  responses: {
    204: noContent('Changed.'),
    ...refusals(...bodyRefusals, 'wrong-credentials', 'too-many-tries', 'password-refused'),
  },
})

export function changePasswordRoute(app: Api, deps: Deps) {
  app.openapi(password, async (c) => {
    const { old, password } = c.req.valid('json')
    const { userId, sessionId } = selfOf(c)
    await changePassword(deps, { userId, sessionId, old: new Secret(old), password }, arrivalOf(c))
    return c.body(null, 204)
  })
}

const email = createRoute({
  method: 'post',
  path: '/v1/me/email',
  tags: ['Me'],
  summary: 'Ask for two codes to change one’s address',
  ...permit('self:secure', jsonBody()),
  request: { body: fields.body(z.strictObject({ email: fields.email })) },
  responses: {
    202: json(
      'One is mailed to the old address, one to the new.',
      z.object({ oldChallenge: z.string(), newChallenge: z.string() }),
    ),
    ...refusals(...bodyRefusals, 'invalid-email', 'no-mail', 'too-many-tries'),
  },
})

export function beginEmailChangeRoute(app: Api, deps: Deps) {
  app.openapi(email, async (c) => {
    const change = { userId: selfOf(c).userId, email: readEmail(c.req.valid('json').email) }
    return c.json(await beginEmailChange(deps, change, arrivalOf(c)), 202)
  })
}

const verifyEmail = createRoute({
  method: 'post',
  path: '/v1/me/email/verify',
  tags: ['Me'],
  summary: 'Change one’s address, with both codes',
  ...permit('self:secure', jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        oldChallenge: fields.challenge,
        oldCode: fields.code,
        newChallenge: fields.challenge,
        newCode: fields.code,
      }),
    ),
  },
  responses: { 204: noContent('Changed.'), ...refusals(...bodyRefusals, 'wrong-credentials', 'conflict') },
})

export function verifyEmailChange(app: Api, deps: Deps) {
  app.openapi(verifyEmail, async (c) => {
    await completeEmailChange(deps, { userId: selfOf(c).userId, ...c.req.valid('json') }, arrivalOf(c))
    return c.body(null, 204)
  })
}

const deviceDocument = z
  .object({ id: z.uuid(), label: z.string(), createdAt: z.iso.datetime(), lastSeenAt: z.iso.datetime() })
  .openapi('Device')

const devices = createRoute({
  method: 'get',
  path: '/v1/devices',
  tags: ['Sessions'],
  summary: 'List the devices that one’s account knows',
  ...permit('self:write'),
  responses: { 200: json('At most a hundred.', z.object({ devices: z.array(deviceDocument) })), ...refusals() },
})

export function listDevicesRoute(app: Api, { db }: Deps) {
  app.openapi(devices, async (c) => {
    const devices = (await listDevices(db, selfOf(c).userId)).map((device) => ({
      ...device,
      createdAt: device.createdAt.toISOString(),
      lastSeenAt: device.lastSeenAt.toISOString(),
    }))
    return c.json({ devices }, 200)
  })
}

const forget = createRoute({
  method: 'delete',
  path: '/v1/devices/{id}',
  tags: ['Sessions'],
  summary: 'Forget a device: its next sign-in needs a second factor',
  ...permit('self:write'),
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: noContent('Forgotten.'), ...refusals('invalid-input', 'not-found') },
})

export function forgetDevice(app: Api, { db }: Deps) {
  app.openapi(forget, async (c) => {
    const { id } = c.req.valid('param')
    if ((await forgetDevices(db, selfOf(c).userId, id)) === 0)
      throw new DomainError('not-found', `There is no device ${id} of yours.`)
    return c.body(null, 204)
  })
}

const switchTo = createRoute({
  method: 'post',
  path: '/v1/me/organisation',
  tags: ['Me'],
  summary: 'Act in another of one’s organisations',
  ...permit('self:write', jsonBody()),
  request: { body: fields.body(z.strictObject({ organisationId: z.uuid(), as: heldAs })) },
  responses: {
    200: json('New tokens; the old ones stop working.', signedInDocument),
    ...refusals(...bodyRefusals, 'not-found'),
  },
})

export function switchOrganisationRoute(app: Api, deps: Deps) {
  app.openapi(switchTo, async (c) => {
    const { organisationId, as } = c.req.valid('json')
    const { userId, sessionId } = selfOf(c)
    const switched = await deps.db.transaction().execute(async (db) => {
      const switched = await switchOrganisation(db, { id: sessionId, userId, organisationId })
      if (!switched) throw new DomainError('not-found', `You are in no organisation ${organisationId}.`)
      const entry = auditBy(c, 'session.switch', { kind: 'organisation', id: organisationId })
      await writeAudit(db, { ...entry, organisationId })
      return switched
    })
    const { generation, isRemembered, expiresAt } = switched
    const subject = { userId, sessionId, organisationId }
    const tokens = await makeTokens(deps.credentials, { subject, generation, isRemembered, expiresAt })
    return c.json(giveTokens(c, tokens, null, as), 200)
  })
}
