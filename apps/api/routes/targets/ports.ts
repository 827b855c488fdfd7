import { createRoute, z } from '@hono/zod-openapi'
import { runStatuses } from '#db/model/scan.ts'
import { pastRuns } from '#db/queries/past-runs.ts'
import { findTarget, reachOf } from '#db/queries/targets.ts'
import { lanesOf } from '#workers/documents/lanes.ts'
import { laneStates } from '#workers/scanners/catalog.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'
import { noTarget } from './targets.ts'

const document = z
  .object({
    runs: z
      .array(z.object({ scanId: z.uuid(), at: z.iso.datetime(), status: z.enum(runStatuses) }))
      .openapi({ description: 'The last runs of the ports, the earliest first.' }),
    lanes: z.array(
      z.object({
        subject: z.string().openapi({ example: '443/tcp' }),
        note: z.string().nullable().openapi({ description: 'What seems to listen; a guess.' }),
        states: z.array(z.enum(laneStates)).openapi({
          description: 'One for each run. `closed` only where every address refused; silence is `untold`.',
        }),
        at: z
          .array(
            z.object({
              address: z.string(),
              spans: z.array(
                z.object({ state: z.enum(laneStates), from: z.int().nonnegative(), to: z.int().nonnegative() }),
              ),
            }),
          )
          .openapi({
            description:
              'The same at each address, the first sixteen: in which state from which run to which, as places in `runs`. Between two that differ nobody asked.',
          }),
      }),
    ),
    more: z.int().nonnegative().openapi({ description: 'Ports that were open too, and are left out here.' }),
  })
  .openapi('PortsOverTime')

const route = createRoute({
  method: 'get',
  path: '/v1/targets/{id}/ports',
  tags: ['Targets'],
  summary: 'See how the ports of a target stood from run to run',
  description: 'Every port that was open in one of these runs, at any address.',
  ...permit('scans:read'),
  request: {
    params: z.object({ id: z.uuid() }),
    query: z.strictObject({ runs: z.coerce.number().int().min(1).max(60).default(30) }),
  },
  responses: { 200: json('As they stood.', document), ...refusals('invalid-input', 'not-found') },
})

export function portsOverTimeRoute(app: Api, { db }: Deps) {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await findTarget(db, reachOf(c.get('actor')), id))) throw noTarget(id)
    const runs = await pastRuns(db, { targetId: id, scanner: 'ports', limit: c.req.valid('query').runs })
    const told = runs.map(({ scanId, at, status }) => ({ scanId, at: at.toISOString(), status }))
    return c.json({ runs: told, ...lanesOf('ports', runs) }, 200)
  })
}
