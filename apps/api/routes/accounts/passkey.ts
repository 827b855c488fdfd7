import { createRoute, z } from '@hono/zod-openapi'
import { arrivalOf } from '../../accounts/context.ts'
import { beginPasskeySignIn, passkeyOptionsOf, signInByPasskey } from '../../accounts/passkey-sign-in.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { giveSignedIn, heldAs, signedInDocument } from '../../documents/signed-in.ts'
import { jsonBody } from '../../middleware.ts'
import { open } from '../../permit.ts'
import { bodyRefusals, json, openRefusals } from '../answers.ts'

const options = z.record(z.string(), z.unknown()).openapi('PasskeyRequestOptions', {
  description: 'PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3 §5.1).',
})

const begin = createRoute({
  method: 'post',
  path: '/v1/login/passkey/options',
  tags: ['Accounts'],
  summary: 'Ask for a passkey',
  description: 'With the `challenge` of a sign-in or step-up: for that person’s passkeys; without: for any.',
  ...open(jsonBody()),
  request: { body: fields.body(z.strictObject({ challenge: fields.challenge.optional() })) },
  responses: {
    200: json('For `navigator.credentials.get`.', z.object({ challenge: z.string(), options })),
    ...openRefusals(...bodyRefusals, 'wrong-credentials'),
  },
})

export function passkeyOptions(app: Api, deps: Deps) {
  app.openapi(begin, async (c) => {
    const { challenge } = c.req.valid('json')
    const asked =
      challenge === undefined
        ? await beginPasskeySignIn(deps)
        : { challenge, options: await passkeyOptionsOf(deps, challenge) }
    const options: Record<string, unknown> = { ...asked.options }
    return c.json({ challenge: asked.challenge, options }, 200)
  })
}

const login = createRoute({
  method: 'post',
  path: '/v1/login/passkey',
  tags: ['Accounts'],
  summary: 'Sign in by a passkey alone',
  ...open(jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        challenge: fields.challenge,
        response: z.looseObject({ id: z.string().max(2000) }),
        isRemembered: fields.isRemembered,
        as: heldAs,
      }),
    ),
  },
  responses: {
    200: json('Signed in.', signedInDocument),
    ...openRefusals(...bodyRefusals, 'wrong-credentials', 'account-disabled'),
  },
})

export function loginByPasskey(app: Api, deps: Deps) {
  app.openapi(login, async (c) => {
    const { as, ...answer } = c.req.valid('json')
    return c.json(giveSignedIn(c, await signInByPasskey(deps, answer, arrivalOf(c)), as), 200)
  })
}
