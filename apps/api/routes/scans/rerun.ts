import { createRoute, z } from '@hono/zod-openapi'
import { rerunScan as rerun } from '#workers/queue/rerun-scan.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, refusals } from '../answers.ts'
import { acceptedAnswer, answerAccepted } from './submit.ts'

const route = createRoute({
  method: 'post',
  path: '/v1/scans/{id}/rerun',
  tags: ['Scans'],
  summary: 'Ask a part of a final scan again',
  description:
    'Makes a new scan (`rerunOf`) that asks the scanners named again, or without `scanners` those that told nothing, and takes over the other runs as they are. The scan itself never changes.',
  ...permit('scans:write', jsonBody()),
  request: {
    params: z.object({ id: z.uuid() }),
    body: fields.body(z.strictObject({ scanners: z.array(z.string().max(40)).min(1).max(20).optional() })),
  },
  responses: {
    202: acceptedAnswer,
    ...refusals(...bodyRefusals, 'not-found', 'gone', 'conflict', 'target-refused', 'nothing-to-run', 'queue-full'),
  },
})

export function rerunScan(app: Api, deps: Deps) {
  app.openapi(route, async (c) => {
    const { scanners } = c.req.valid('json')
    const made = await rerun(deps, c.get('actor'), {
      scanId: c.req.valid('param').id,
      scanners,
      requestKey: c.get('requestKey') ?? null,
      requestId: c.get('requestId'),
    })
    return answerAccepted(c, made, scanners ?? [])
  })
}
