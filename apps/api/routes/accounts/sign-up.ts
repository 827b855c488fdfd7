import { createRoute, z } from '@hono/zod-openapi'
import { readEmail } from '#db/model/email.ts'
import { arrivalOf } from '../../accounts/context.ts'
import { beginSignUp, completeSignUp } from '../../accounts/sign-up.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { giveSignedIn, heldAs, signedInDocument } from '../../documents/signed-in.ts'
import { jsonBody } from '../../middleware.ts'
import { open } from '../../permit.ts'
import { bodyRefusals, json, openRefusals } from '../answers.ts'

const begin = createRoute({
  method: 'post',
  path: '/v1/sign-up',
  tags: ['Accounts'],
  summary: 'Ask for a code to sign up',
  ...open(jsonBody()),
  request: { body: fields.body(z.strictObject({ email: fields.email })) },
  responses: {
    202: json('Mailed; the same for an address that has an account.', fields.challengeDocument),
    ...openRefusals(...bodyRefusals, 'invalid-email', 'sign-up-closed', 'no-mail', 'too-many-tries'),
  },
})

export function beginSignUpRoute(app: Api, deps: Deps) {
  app.openapi(begin, async (c) =>
    c.json(await beginSignUp(deps, readEmail(c.req.valid('json').email), arrivalOf(c)), 202),
  )
}

const verify = createRoute({
  method: 'post',
  path: '/v1/sign-up/verify',
  tags: ['Accounts'],
  summary: 'Make the account, and sign in',
  ...open(jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        challenge: fields.challenge,
        code: fields.code,
        password: fields.newPassword,
        name: fields.personName.default(''),
        isRemembered: fields.isRemembered,
        as: heldAs,
      }),
    ),
  },
  responses: {
    201: json('The account is made.', signedInDocument),
    ...openRefusals(...bodyRefusals, 'wrong-credentials', 'too-many-tries', 'password-refused'),
  },
})

export function verifySignUp(app: Api, deps: Deps) {
  app.openapi(verify, async (c) => {
    const { as, ...answer } = c.req.valid('json')
    return c.json(giveSignedIn(c, await completeSignUp(deps, answer, arrivalOf(c)), as), 201)
  })
}
