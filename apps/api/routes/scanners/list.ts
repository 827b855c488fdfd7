import { createRoute, z } from '@hono/zod-openapi'
import { asksWithoutProof, catalogue } from '#workers/scanners/catalog.ts'
import type { Api } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const schema = z.record(z.string(), z.unknown()).openapi({ description: 'JSON Schema, 2020-12.' })

const route = createRoute({
  method: 'get',
  path: '/v1/scanners',
  tags: ['Scanners'],
  summary: 'What can be asked, and what comes back',
  ...permit('scans:read'),
  responses: {
    200: json(
      'Every scanner there is.',
      z.object({
        scanners: z.array(
          z.object({
            name: z.string(),
            title: z.string(),
            version: z.int(),
            accepts: z.array(z.string()),
            withoutProof: z
              .enum(asksWithoutProof)
              .openapi({ description: 'What it asks of a host that nobody has proved to be theirs.' }),
            options: schema,
            result: schema,
            rules: z.array(
              z.object({
                id: z.string(),
                title: z.string(),
                severity: z.string(),
                remedy: z.string(),
                reference: z.string(),
              }),
            ),
          }),
        ),
      }),
    ),
    ...refusals(),
  },
})

export function listScanners(app: Api) {
  app.openapi(route, (c) => c.json({ scanners: catalogue() }, 200))
}
