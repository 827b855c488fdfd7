import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { refresh } from '../../accounts/refresh.ts'
import { dropTokens } from '../../accounts/tokens.ts'
import type { Api, Deps } from '../../app.ts'
import { readCookie } from '../../credentials/cookies.ts'
import * as fields from '../../documents/fields.ts'
import { giveTokens, signedInDocument } from '../../documents/signed-in.ts'
import { jsonBody } from '../../middleware.ts'
import { open } from '../../permit.ts'
import { bodyRefusals, json, openRefusals } from '../answers.ts'

const route = createRoute({
  method: 'post',
  path: '/v1/refresh',
  tags: ['Accounts'],
  summary: 'Exchange the refresh token',
  description:
    'A token is good once. Asking again within 30 s gives the same successor, so that two tabs and a lost answer do no harm; a used one that comes back later ends its session, and the owner is told.',
  ...open(jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({ refreshToken: z.string().max(200).optional().openapi({ description: 'Else the cookie.' }) }),
    ),
  },
  responses: {
    200: json('New tokens, held as before.', signedInDocument),
    ...openRefusals(...bodyRefusals, 'wrong-credentials'),
  },
})

export function refreshRoute(app: Api, deps: Deps) {
  app.openapi(route, async (c) => {
    const { refreshToken } = c.req.valid('json')
    const tokens = await refresh(deps, refreshToken ?? readCookie(c, 'refresh') ?? '', c.get('requestId'))
    if (tokens !== null)
      return c.json(giveTokens(c, tokens, null, refreshToken === undefined ? 'cookie' : 'bearer'), 200)
    if (refreshToken === undefined) dropTokens(c)
    throw new DomainError('wrong-credentials', 'The refresh token is wrong, was used, or its session has ended.')
  })
}
