import { createRoute, z } from '@hono/zod-openapi'
import { sql } from 'kysely'
import type { Api, Deps } from '../../app.ts'
import { problemDocument, Unavailable } from '../../problems.ts'
import { json } from '../answers.ts'

const route = createRoute({
  method: 'get',
  path: '/readyz',
  tags: ['Health'],
  security: [],
  summary: 'Can this process take work?',
  responses: {
    200: json('It can.', z.object({ status: z.literal('ready') })),
    503: {
      description: 'It is stopping, or its database does not answer.',
      content: { 'application/problem+json': { schema: problemDocument } },
    },
  },
})

export function readyz(app: Api, { db, isDraining }: Deps) {
  app.openapi(route, async (c) => {
    if (isDraining()) throw new Unavailable('This process is stopping.')
    await sql`select 1`.execute(db)
    return c.json({ status: 'ready' as const }, 200)
  })
}
