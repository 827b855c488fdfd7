import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { passkeysOf, renamePasskey } from '#db/queries/passkeys.ts'
import { readFactors } from '#db/queries/totp.ts'
import { arrivalOf } from '../../accounts/context.ts'
import {
  addPasskey,
  beginAuthenticator,
  beginPasskey,
  confirmAuthenticator,
  dropPasskey,
  removeAuthenticator,
  renewRecoveryCodes,
} from '../../accounts/factors.ts'
import { selfOf } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const recoveryCodes = z
  .array(z.string())
  .nullable()
  .openapi({ description: 'Ten, shown this once, where there were none before.' })
const params = z.object({ id: z.uuid() })
const passkeyName = fields.personName.min(1)

const read = createRoute({
  method: 'get',
  path: '/v1/me/factors',
  tags: ['Factors'],
  summary: 'Which second factors one has set up',
  ...permit('self:write'),
  responses: {
    200: json(
      'As they stand.',
      z.object({
        hasTotp: z.boolean(),
        recoveryCodesLeft: z.int(),
        passkeys: z.array(
          z.object({
            id: z.uuid(),
            name: z.string(),
            createdAt: z.iso.datetime(),
            lastUsedAt: z.iso.datetime().nullable(),
          }),
        ),
      }),
    ),
    ...refusals(),
  },
})

export function readFactorsRoute(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => {
    const { userId } = selfOf(c)
    const [{ hasTotp, recoveryCodes }, passkeys] = await Promise.all([readFactors(db, userId), passkeysOf(db, userId)])
    const shown = passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
      id,
      name,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    }))
    return c.json({ hasTotp, recoveryCodesLeft: recoveryCodes, passkeys: shown }, 200)
  })
}

const beginTotp = createRoute({
  method: 'post',
  path: '/v1/me/totp',
  tags: ['Factors'],
  summary: 'Begin to set up an authenticator app',
  ...permit('self:secure'),
  responses: {
    200: json(
      'To be confirmed by a code.',
      z.object({ uri: z.string(), qrSvg: z.string().openapi({ description: 'The same as a QR code.' }) }),
    ),
    ...refusals('conflict'),
  },
})

export function beginTotpRoute(app: Api, deps: Deps) {
  app.openapi(beginTotp, async (c) => c.json(await beginAuthenticator(deps, selfOf(c).userId), 200))
}

const confirmTotp = createRoute({
  method: 'post',
  path: '/v1/me/totp/confirm',
  tags: ['Factors'],
  summary: 'Confirm the authenticator app by its code',
  ...permit('self:secure', jsonBody()),
  request: { body: fields.body(z.strictObject({ code: z.string().max(20) })) },
  responses: {
    200: json('It is asked from now on.', z.object({ recoveryCodes })),
    ...refusals(...bodyRefusals, 'wrong-credentials'),
  },
})

export function confirmTotpRoute(app: Api, deps: Deps) {
  app.openapi(confirmTotp, async (c) => {
    const answer = { userId: selfOf(c).userId, code: c.req.valid('json').code }
    return c.json({ recoveryCodes: await confirmAuthenticator(deps, answer, arrivalOf(c)) }, 200)
  })
}

const removeTotp = createRoute({
  method: 'delete',
  path: '/v1/me/totp',
  tags: ['Factors'],
  summary: 'Remove the authenticator app',
  ...permit('self:secure'),
  responses: { 204: noContent('Removed.'), ...refusals('not-found') },
})

export function removeTotpRoute(app: Api, deps: Deps) {
  app.openapi(removeTotp, async (c) => {
    await removeAuthenticator(deps, selfOf(c).userId, arrivalOf(c))
    return c.body(null, 204)
  })
}

const renewCodes = createRoute({
  method: 'post',
  path: '/v1/me/recovery-codes',
  tags: ['Factors'],
  summary: 'Make ten new recovery codes; the old ones stop working',
  ...permit('self:secure'),
  responses: { 200: json('Shown this once.', z.object({ recoveryCodes })), ...refusals('conflict') },
})

export function renewRecoveryCodesRoute(app: Api, deps: Deps) {
  app.openapi(renewCodes, async (c) =>
    c.json({ recoveryCodes: await renewRecoveryCodes(deps, selfOf(c).userId, arrivalOf(c)) }, 200),
  )
}

const passkeyOptions = createRoute({
  method: 'post',
  path: '/v1/me/passkeys/options',
  tags: ['Factors'],
  summary: 'Begin to make a passkey',
  ...permit('self:secure'),
  responses: {
    200: json(
      'For `navigator.credentials.create`.',
      z.object({
        challenge: z.string(),
        options: z
          .record(z.string(), z.unknown())
          .openapi({ description: 'PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3 §5.1).' }),
      }),
    ),
    ...refusals(),
  },
})

export function passkeyCreationOptions(app: Api, deps: Deps) {
  app.openapi(passkeyOptions, async (c) => {
    const begun = await beginPasskey(deps, selfOf(c).userId)
    const options: Record<string, unknown> = { ...begun.options }
    return c.json({ challenge: begun.challenge, options }, 200)
  })
}

const createPasskey = createRoute({
  method: 'post',
  path: '/v1/me/passkeys',
  tags: ['Factors'],
  summary: 'Add the passkey that the browser made',
  ...permit('self:secure', jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        challenge: fields.challenge,
        response: z.looseObject({ id: z.string().max(2000) }).openapi({ description: 'RegistrationResponseJSON.' }),
        name: passkeyName,
      }),
    ),
  },
  responses: {
    201: json('It signs in from now on.', z.object({ id: z.uuid(), recoveryCodes })),
    ...refusals(...bodyRefusals, 'wrong-credentials'),
  },
})

export function createPasskeyRoute(app: Api, deps: Deps) {
  app.openapi(createPasskey, async (c) =>
    c.json(await addPasskey(deps, { userId: selfOf(c).userId, ...c.req.valid('json') }, arrivalOf(c)), 201),
  )
}

const rename = createRoute({
  method: 'patch',
  path: '/v1/me/passkeys/{id}',
  tags: ['Factors'],
  summary: 'Name a passkey',
  ...permit('self:write', jsonBody()),
  request: { params, body: fields.body(z.strictObject({ name: passkeyName })) },
  responses: { 204: noContent('Named.'), ...refusals(...bodyRefusals, 'not-found') },
})

export function renamePasskeyRoute(app: Api, { db }: Deps) {
  app.openapi(rename, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await renamePasskey(db, selfOf(c).userId, id, c.req.valid('json').name)))
      throw new DomainError('not-found', `There is no passkey ${id} of yours.`)
    return c.body(null, 204)
  })
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/me/passkeys/{id}',
  tags: ['Factors'],
  summary: 'Remove a passkey',
  ...permit('self:secure'),
  request: { params },
  responses: { 204: noContent('Removed.'), ...refusals('invalid-input', 'not-found') },
})

export function removePasskeyRoute(app: Api, deps: Deps) {
  app.openapi(remove, async (c) => {
    await dropPasskey(deps, { userId: selfOf(c).userId, id: c.req.valid('param').id }, arrivalOf(c))
    return c.body(null, 204)
  })
}
