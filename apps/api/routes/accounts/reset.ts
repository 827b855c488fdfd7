import { createRoute, z } from '@hono/zod-openapi'
import { readEmail } from '#db/model/email.ts'
import { arrivalOf } from '../../accounts/context.ts'
import { beginReset, completeReset } from '../../accounts/reset.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { heldAs, signedInDocument } from '../../documents/signed-in.ts'
import { jsonBody } from '../../middleware.ts'
import { open } from '../../permit.ts'
import { bodyRefusals, json, openRefusals } from '../answers.ts'
import { factorNeeded, giveOutcome } from './sign-in.ts'

const begin = createRoute({
  method: 'post',
  path: '/v1/reset',
  tags: ['Accounts'],
  summary: 'Ask for a code to choose a new password',
  ...open(jsonBody()),
  request: { body: fields.body(z.strictObject({ email: fields.email })) },
  responses: {
    202: json('Mailed if there is such an account; the answer is the same if there is none.', fields.challengeDocument),
    ...openRefusals(...bodyRefusals, 'invalid-email', 'no-mail', 'too-many-tries'),
  },
})

export function beginResetRoute(app: Api, deps: Deps) {
  app.openapi(begin, async (c) =>
    c.json(await beginReset(deps, readEmail(c.req.valid('json').email), arrivalOf(c)), 202),
  )
}

const verify = createRoute({
  method: 'post',
  path: '/v1/reset/verify',
  tags: ['Accounts'],
  summary: 'Choose a new password',
  description: 'Ends every session. Whoever has set up a second factor is asked for it; all others are signed in.',
  ...open(jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        challenge: fields.challenge,
        code: fields.code,
        password: fields.newPassword,
        isRemembered: fields.isRemembered,
        as: heldAs,
      }),
    ),
  },
  responses: {
    200: json('The password is changed, and this client signed in.', signedInDocument),
    202: json('The password is changed; a second factor has to be shown to sign in.', factorNeeded),
    ...openRefusals(...bodyRefusals, 'wrong-credentials', 'too-many-tries', 'password-refused', 'account-disabled'),
  },
})

export function verifyReset(app: Api, deps: Deps) {
  app.openapi(verify, async (c) => {
    const { as, ...answer } = c.req.valid('json')
    return giveOutcome(c, await completeReset(deps, answer, arrivalOf(c)), as)
  })
}
