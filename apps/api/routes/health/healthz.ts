import { createRoute, z } from '@hono/zod-openapi'
import type { Api } from '../../app.ts'
import { json } from '../answers.ts'

const route = createRoute({
  method: 'get',
  path: '/healthz',
  tags: ['Health'],
  security: [],
  summary: 'Is this process alive?',
  responses: { 200: json('It is.', z.object({ status: z.literal('alive') })) },
})

export function healthz(app: Api) {
  app.openapi(route, (c) => c.json({ status: 'alive' as const }, 200))
}
