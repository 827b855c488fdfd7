import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { isFinal } from '#db/model/scan.ts'
import { findingsOfScan, findScan, runsOf } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { retryAfterSeconds, scanDocument, writeScan } from '../../documents/scan.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/scans/{id}',
  tags: ['Scans'],
  summary: 'Read a scan',
  ...permit('scans:read'),
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: json('The scan as it stands.', scanDocument), ...refusals('not-found', 'invalid-input') },
})

export function readScan(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    const scan = await findScan(db, reachOf(c.get('actor')), id)
    if (!scan) throw new DomainError('not-found', `There is no scan ${id}.`)
    const [runs, findings] = await Promise.all([runsOf(db, id), findingsOfScan(db, id)])
    if (!isFinal(scan.status)) c.header('Retry-After', retryAfterSeconds(scan.status))
    return c.json(writeScan(scan, runs, findings), 200)
  })
}
