import { createRoute, z } from '@hono/zod-openapi'
import { arrivalOf } from '../../accounts/context.ts'
import { selfOf } from '../../accounts/self.ts'
import { beginStepUp, completeStepUp } from '../../accounts/step-up.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { factorKinds, proofs } from '../../factors/kinds.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const begin = createRoute({
  method: 'post',
  path: '/v1/step-up',
  tags: ['Accounts'],
  summary: 'Ask to show a second factor again',
  ...permit('self:write'),
  responses: {
    200: json(
      'What has to be shown.',
      z.object({
        challenge: z.string(),
        factors: z.array(z.enum(factorKinds)),
        needsPassword: z.boolean().openapi({ description: 'Beside the mailed code, where there is no other factor.' }),
      }),
    ),
    ...refusals('no-mail', 'too-many-tries'),
  },
})

export function beginStepUpRoute(app: Api, deps: Deps) {
  app.openapi(begin, async (c) => {
    const { factors, ...question } = await beginStepUp(deps, selfOf(c), arrivalOf(c))
    return c.json({ ...question, factors: [...factors] }, 200)
  })
}

const verify = createRoute({
  method: 'post',
  path: '/v1/step-up/verify',
  tags: ['Accounts'],
  summary: 'Show it: what is behind a step-up is open for ten minutes',
  ...permit('self:write', jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({ challenge: fields.challenge, proof: proofs, password: fields.password.optional() }),
    ),
  },
  responses: { 204: noContent('Open.'), ...refusals(...bodyRefusals, 'wrong-credentials', 'too-many-tries') },
})

export function verifyStepUp(app: Api, deps: Deps) {
  app.openapi(verify, async (c) => {
    const { password = null, ...answer } = c.req.valid('json')
    await completeStepUp(deps, selfOf(c), { ...answer, password }, arrivalOf(c))
    return c.body(null, 204)
  })
}
