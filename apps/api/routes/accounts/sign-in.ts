import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { readEmail } from '#db/model/email.ts'
import { Secret } from '#db/model/secret.ts'
import { arrivalOf } from '../../accounts/context.ts'
import { signIn, signInWithFactor, type SignInOutcome } from '../../accounts/sign-in.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import { readCookie } from '../../credentials/cookies.ts'
import * as fields from '../../documents/fields.ts'
import { giveSignedIn, heldAs, signedInDocument } from '../../documents/signed-in.ts'
import { factorKinds, proofs } from '../../factors/kinds.ts'
import { jsonBody } from '../../middleware.ts'
import { open } from '../../permit.ts'
import { bodyRefusals, json, openRefusals } from '../answers.ts'

export const factorNeeded = z
  .object({
    status: z.literal('factor-needed'),
    challenge: z.string(),
    factors: z.array(z.enum(factorKinds)).openapi({ description: 'One of these has to be shown.' }),
  })
  .openapi('FactorNeeded')

/** Signed in, or asked for a second factor. */
export const giveOutcome = (c: Context<ApiEnv>, outcome: SignInOutcome, as: 'bearer' | 'cookie') =>
  outcome.status === 'signed-in'
    ? c.json(giveSignedIn(c, outcome.signedIn, as), 200)
    : c.json({ ...outcome, factors: [...outcome.factors] }, 202)

const login = createRoute({
  method: 'post',
  path: '/v1/login',
  tags: ['Accounts'],
  summary: 'Sign in by password',
  ...open(jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        email: fields.email,
        password: fields.password,
        isRemembered: fields.isRemembered,
        device: z.string().max(2000).default('').openapi({ description: '`deviceToken` of an earlier sign-in.' }),
        as: heldAs,
      }),
    ),
  },
  responses: {
    200: json('Signed in.', signedInDocument),
    202: json('The password is right; this device is unknown, and shows a second factor first.', factorNeeded),
    ...openRefusals(
      ...bodyRefusals,
      'invalid-email',
      'wrong-credentials',
      'too-many-tries',
      'account-disabled',
      'no-mail',
    ),
  },
})

export function loginRoute(app: Api, deps: Deps) {
  app.openapi(login, async (c) => {
    const { as, device, email, password, isRemembered } = c.req.valid('json')
    const devices = [device, readCookie(c, 'device') ?? ''].filter((text) => text !== '').join('~')
    const request = { email: readEmail(email), password: new Secret(password), isRemembered, devices }
    return giveOutcome(c, await signIn(deps, request, arrivalOf(c)), as)
  })
}

const factor = createRoute({
  method: 'post',
  path: '/v1/login/factor',
  tags: ['Accounts'],
  summary: 'Show the second factor',
  ...open(jsonBody()),
  request: { body: fields.body(z.strictObject({ challenge: fields.challenge, proof: proofs, as: heldAs })) },
  responses: {
    200: json('Signed in; this device is known from now on.', signedInDocument),
    ...openRefusals(...bodyRefusals, 'wrong-credentials', 'too-many-tries', 'account-disabled'),
  },
})

export function loginWithFactor(app: Api, deps: Deps) {
  app.openapi(factor, async (c) => {
    const { as, ...answer } = c.req.valid('json')
    return c.json(giveSignedIn(c, await signInWithFactor(deps, answer, arrivalOf(c)), as), 200)
  })
}
