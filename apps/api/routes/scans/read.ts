import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { denialOf } from '#db/model/permission.ts'
import { isFinal } from '#db/model/scan.ts'
import { standingOf } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import { documentOf } from '../../documents/read-scan.ts'
import { missingScan } from '#db/queries/retention.ts'
import { etagOf, names, scanDocument } from '../../documents/scan.ts'
import { permit } from '../../permit.ts'
import { problem } from '../../problems.ts'
import { changesOf } from '../../streams/changes.ts'
import { json, noContent, refusals } from '../answers.ts'

const longestWaitSeconds = 60
/** Whoever was revoked hears nothing after this time, and a word that was lost costs no more. */
const recheckMillis = 900

const route = createRoute({
  method: 'get',
  path: '/v1/scans/{id}',
  tags: ['Scans'],
  summary: 'Read a scan',
  description:
    'The one document that streams and lists show too. With `If-None-Match` it is sent only when it has changed. With `Prefer: wait=N` (RFC 7240, at most 60 s) the answer waits until it has changed, or without `If-None-Match` until the scan is final.',
  ...permit('scans:read'),
  request: {
    params: z.object({ id: z.uuid() }),
    headers: z.object({
      'if-none-match': z.string().max(1000).optional().openapi({ example: 'W/"3"' }),
      prefer: z.string().max(200).optional().openapi({ example: 'wait=30' }),
    }),
  },
  responses: {
    200: json('The scan as it stands; `Retry-After` while it is open.', scanDocument),
    304: noContent('It is what the caller has.'),
    ...refusals('not-found', 'gone', 'invalid-input'),
  },
})

type Standing = NonNullable<Awaited<ReturnType<typeof standingOf>>>

export function readScan(app: Api, deps: Deps) {
  const { db } = deps
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    const { 'if-none-match': ifNoneMatch, prefer = '' } = c.req.valid('header')
    const isKnown = ({ version }: Standing) => names(ifNoneMatch, version)
    const isWorthIt = (scan: Standing) => (ifNoneMatch === undefined ? isFinal(scan.status) : !isKnown(scan))

    const seconds = Math.min(
      longestWaitSeconds,
      Number(/(?:^|[\s,;])wait=(\d{1,5})(?:$|[\s,;])/.exec(prefer)?.[1] ?? 0),
    )
    if (seconds > 0) c.header('Preference-Applied', `wait=${seconds}`)
    const outcome = await waitFor(c, deps, id, seconds * 1000, isWorthIt)
    if (typeof outcome === 'string') return problem(c, outcome)

    c.header('ETag', etagOf(outcome.version))
    c.header('Cache-Control', 'private, no-cache')
    if (!isFinal(outcome.status)) c.header('Retry-After', c.get('retryAfter')(outcome))
    if (isKnown(outcome)) return c.body(null, 304)
    const document = await documentOf(db, reachOf(c.get('actor')), id)
    c.header('ETag', etagOf(document.version))
    return c.json(document, 200)
  })
}

/** How the scan stands once that is worth an answer, or the time is over; a code where the caller may not see it any more. @throws DomainError `not-found`, `gone` */
async function waitFor(
  c: Context<ApiEnv>,
  { db, bus, isDraining }: Deps,
  id: string,
  millis: number,
  isWorthIt: (scan: Standing) => boolean,
): Promise<Standing | 'unauthenticated' | 'not-found'> {
  const actor = c.get('actor')
  const standing = async () => {
    const found = await standingOf(db, reachOf(actor), id)
    if (!found) throw await missingScan(db, reachOf(actor), id)
    return found
  }
  if (millis === 0) return standing()

  c.get('grantMillis')(millis)
  const changes = changesOf(bus, 'scan', id)
  const until = performance.now() + millis
  c.req.raw.signal.addEventListener('abort', changes.stir)
  try {
    for (;;) {
      const found = await standing()
      const left = until - performance.now()
      if (isWorthIt(found) || left <= 0 || isDraining() || c.req.raw.signal.aborted) return found
      await changes.wait(Math.min(left, recheckMillis))
      const current = await c.get('identify').again(actor.credential, actor.principal)
      if (current?.organisationId !== actor.organisationId) return 'unauthenticated'
      if (denialOf(current, 'scans:read') !== null) return 'not-found'
    }
  } finally {
    changes.close()
  }
}
