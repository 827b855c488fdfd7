import { Hono } from 'hono'
import { contracts } from '#workers/queue/contracts.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { permit } from '../permit.ts'

export const boardPath = '/admin/queues'

/** Its page sets a base, and styles elements one by one; scripts, calls and letters come from here alone. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"

/** Whatever its page asks strangers for is left out. */
const foreign = /<link[^>]+href="https?:[^>]*>/g

/** The raw view of the queue, as it stands in its store: what waits and runs. It only shows; what ends leaves the queue, and its history is ours. */
export function queueBoard(app: Api, { queues }: Deps) {
  let opened: Promise<Hono<ApiEnv>> | null = null
  const open = () =>
    (opened ??= openBoard(queues).catch((error: unknown) => {
      opened = null
      throw error
    }))
  for (const path of [boardPath, `${boardPath}/*`] as const) {
    for (const step of permit('instance:read').middleware) app.use(path, step)
    app.get(path, async (c) => {
      if (c.req.path === `${boardPath}/`) return c.redirect(boardPath, 308)
      const board = await open()
      const answer = await board.fetch(new Request(c.req.raw.url, { headers: c.req.raw.headers }), c.env)
      const headers = new Headers(answer.headers)
      headers.set('Content-Security-Policy', policy)
      const isPage = headers.get('content-type')?.startsWith('text/html')
      const body = isPage ? (await answer.text()).replaceAll(foreign, '') : answer.body
      return new Response(body, { status: answer.status, headers })
    })
  }
}

/** Loaded when somebody looks: an API that starts needs no queue. */
async function openBoard(queues: Deps['queues']): Promise<Hono<ApiEnv>> {
  const [{ createBullBoard }, { BullMQAdapter }, { HonoAdapter }, { serveStatic }, opened] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/hono'),
    import('@hono/node-server/serve-static'),
    queues(),
  ])
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath(boardPath)
  const shown = Object.values(opened.queues).map((queue) => {
    const adapter = new BullMQAdapter(queue as never, { readOnlyMode: true, allowRetries: false })
    adapter.setFormatter('data', redacted)
    adapter.setFormatter('returnValue', () => null)
    return adapter
  })
  createBullBoard({ queues: shown, serverAdapter, options: { uiConfig: { boardTitle: 'Portlight queues' } } })
  return new Hono<ApiEnv>().route(boardPath, serverAdapter.registerPlugin())
}

const shapes = Object.values(contracts).map(({ data }) => data)

/** Ids as they are; anything else, which no job of ours has, by its type. */
export const redacted = (data: unknown): unknown =>
  shapes.some((shape) => shape.strict().safeParse(data).success) ? data : byType(data)

function byType(value: unknown): unknown {
  if (Array.isArray(value)) return `[list of ${value.length}]`
  if (value === null || typeof value !== 'object') return value === null ? null : `[${typeof value}]`
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, byType(one)]))
}
