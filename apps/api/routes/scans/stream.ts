import { createRoute, z } from '@hono/zod-openapi'
import { isFinal } from '#db/model/scan.ts'
import { findScan } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, Deps } from '../../app.ts'
import { missingScan } from '#db/queries/retention.ts'
import { permit, permitWithTicket } from '../../permit.ts'
import { answerStream, streamAnswer, streamRequest } from '../../streams/sse.ts'
import { streamScan } from '../../streams/stream-scan.ts'
import { makeTicket, ticketSeconds } from '../../streams/ticket.ts'
import { json, noContent, refusals } from '../answers.ts'

const ticketRoute = createRoute({
  method: 'post',
  path: '/v1/stream-tickets',
  tags: ['Scans'],
  summary: 'Make a ticket for one stream',
  description:
    'For clients that can send neither a cookie nor `Authorization`. It is good once, for 30 s; each reconnect needs a new one.',
  ...permit('scans:read'),
  responses: { 201: json('Made.', z.object({ ticket: z.string(), expiresIn: z.int() })), ...refusals() },
})

export function makeStreamTicket(app: Api, { db }: Deps) {
  app.openapi(ticketRoute, async (c) =>
    c.json({ ticket: await makeTicket(db, c.get('actor')), expiresIn: ticketSeconds }, 201),
  )
}

const route = createRoute({
  method: 'get',
  path: '/v1/scans/{id}/events',
  tags: ['Scans'],
  summary: 'Follow a scan',
  description:
    'Server-sent events, one for each version and in their order, whose id is the version: `scan`, whose data is the scan as `GET /v1/scans/{id}` shows it, and `change` (version, kind, scanner, at) for versions that were over before they could be shown. With `Last-Event-ID` only what is newer is sent. Every message is authorised anew; `end` says that the credential has ended.',
  ...permitWithTicket('scans:read'),
  request: {
    params: z.object({ id: z.uuid() }),
    ...streamRequest,
  },
  responses: {
    200: streamAnswer,
    204: noContent('The client has the final version: there is nothing to follow.'),
    ...refusals('invalid-input', 'not-found', 'gone'),
  },
})

export function streamScanRoute(app: Api, deps: Deps) {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    const seen = Number(c.req.valid('header')['last-event-id'] ?? 0)
    const actor = c.get('actor')
    const scan = await findScan(deps.db, reachOf(actor), id)
    if (!scan) throw await missingScan(deps.db, reachOf(actor), id)
    if (isFinal(scan.status) && scan.version <= seen) return c.body(null, 204)
    const listener = { actor, scanId: id, seen }
    return answerStream(c, deps.log, (out) => streamScan(deps, c.get('identify'), listener, out))
  })
}
