import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { isFinal } from '#db/model/scan.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { reachOf } from '#db/queries/targets.ts'
import { cancelScan as cancel } from '#workers/queue/cancel-scan.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import { documentOf } from '../../documents/read-scan.ts'
import { missingScan } from '#db/queries/retention.ts'
import { etagOf, scanDocument } from '../../documents/scan.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const contract = {
  tags: ['Scans'],
  summary: 'Cancel a scan',
  description:
    'One that waits has ended with this answer. One that runs closes its sockets first: it is `cancelled` within two seconds, or when the lease of a dead worker runs out. What was found by then stays. A final scan stays what it is.',
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    200: json('It has ended.', scanDocument),
    202: json('Its worker is told: poll until the status is final.', scanDocument),
    ...refusals('not-found', 'gone', 'invalid-input'),
  },
}
const deleteRoute = createRoute({ ...contract, method: 'delete', path: '/v1/scans/{id}', ...permit('scans:write') })
const postRoute = createRoute({ ...contract, method: 'post', path: '/v1/scans/{id}/cancel', ...permit('scans:write') })

export function cancelScan(app: Api, deps: Deps) {
  app.openapi(deleteRoute, (c) => answer(c, deps, c.req.valid('param').id))
  app.openapi(postRoute, (c) => answer(c, deps, c.req.valid('param').id))
}

async function answer(c: Context<ApiEnv>, { db, onBug }: Deps, id: string) {
  const reach = reachOf(c.get('actor'))
  if (!(await cancel(db, reach, id, onBug))) throw await missingScan(db, reach, id)
  await writeAudit(db, auditBy(c, 'scan.cancel', { kind: 'scan', id }))
  const scan = await documentOf(db, reach, id)
  c.header('ETag', etagOf(scan.version))
  if (isFinal(scan.status)) return c.json(scan, 200)
  c.header('Retry-After', '1')
  return c.json(scan, 202)
}
