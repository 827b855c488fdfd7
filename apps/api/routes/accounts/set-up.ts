import { createRoute, z } from '@hono/zod-openapi'
import { readEmail } from '#db/model/email.ts'
import { arrivalOf } from '../../accounts/context.ts'
import { setUp } from '../../accounts/set-up.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { giveSignedIn, heldAs, signedInDocument } from '../../documents/signed-in.ts'
import { jsonBody } from '../../middleware.ts'
import { open } from '../../permit.ts'
import { bodyRefusals, json, openRefusals } from '../answers.ts'

const route = createRoute({
  method: 'post',
  path: '/v1/set-up',
  tags: ['Accounts'],
  summary: 'Make the first account',
  description:
    'Admin of the instance and owner of the first organisation. Needs the set-up code that the first start printed, or this machine’s own key. Works once.',
  ...open(jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        code: z.string().max(60).nullable().default(null),
        email: fields.email,
        name: fields.personName.default(''),
        password: fields.newPassword.nullable().default(null),
        wantsKey: z.boolean().default(false).openapi({ description: 'Make an API key too, for scripts.' }),
        as: heldAs,
      }),
    ),
  },
  responses: {
    201: json(
      'Made, and signed in.',
      signedInDocument.extend({ userId: z.uuid(), organisationId: z.uuid(), apiKey: z.string().nullable() }),
    ),
    ...openRefusals(...bodyRefusals, 'wrong-credentials', 'conflict', 'invalid-email', 'password-refused'),
  },
})

export function setUpRoute(app: Api, deps: Deps) {
  app.openapi(route, async (c) => {
    const { as, email, ...given } = c.req.valid('json')
    const asker = given.code === null ? await c.get('identify')(c) : null
    const actor = typeof asker === 'string' ? null : asker
    const { signedIn, ...made } = await setUp(deps, { ...given, email: readEmail(email) }, actor, arrivalOf(c))
    return c.json({ ...giveSignedIn(c, signedIn, as), ...made }, 201)
  })
}
