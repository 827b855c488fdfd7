import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ScanDocument } from '#apps/cli/scan-document.ts'
import { aScan } from './make.ts'

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface FixtureApi {
  readonly url: string
  readonly asked: Asked[]
  /** Settles once a request with this method has been answered. */
  untilAsked(method: string): Promise<void>
  stop(): Promise<void>
  /** Goes away, cuts this many connections that come meanwhile, and answers again where it did before. */
  restart(outage: { readonly afterConnections: number }): Promise<number>
  [Symbol.asyncDispose](): Promise<void>
}

export const fixtureKey = 'pl_fixture'

/** What answers to a POST, and to each GET in turn; the last answer is given again and again. */
export interface Script {
  readonly post?: readonly Answer[]
  readonly get?: readonly Answer[]
}

/** An API of the two calls that the command line makes, which says what the test wants. */
export async function startFixtureApi(script: Script = {}): Promise<FixtureApi> {
  const asked: Asked[] = []
  const posts = [...(script.post ?? [accepted()])]
  const gets = [...(script.get ?? [shows(aScan())])]

  function answer({ method, path, headers }: Asked): Answer {
    if (headers.authorization !== `Bearer ${fixtureKey}`) return problem(401, 'unauthorized', 'This key is not known.')
    if (method === 'POST' && path === '/v1/scans') return nextOf(posts)
    return path.startsWith('/v1/scans/') ? nextOf(gets) : problem(404, 'not-found', 'There is nothing here.')
  }

  const answered = new EventEmitter()
  async function serve(request: IncomingMessage, response: ServerResponse) {
    const { method = '', url: path = '', headers } = request
    const seen = { method, path, headers, body: await text(request) }
    asked.push(seen)
    const { status = 200, headers: extra, body } = answer(seen)
    const type = status < 400 ? 'application/json' : 'application/problem+json'
    response.writeHead(status, { 'content-type': type, ...extra })
    response.end(typeof body === 'string' ? body : JSON.stringify(body), () => answered.emit(method))
  }

  let port = 0
  let server: Server
  const start = async () => {
    server = createServer((request, response) => void serve(request, response))
    port = await listen(server, port)
  }
  const stop = async () => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  await start()
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    untilAsked: async (method) => {
      if (!asked.some((one) => one.method === method)) await once(answered, method)
    },
    stop,
    restart: async ({ afterConnections }) => {
      await stop()
      const cut = await cutConnections(port, afterConnections)
      await start()
      return cut
    },
    [Symbol.asyncDispose]: stop,
  }
}

async function listen(server: NetServer, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function cutConnections(port: number, connections: number): Promise<number> {
  let cut = 0
  const server = createNetServer((socket) => {
    socket.resetAndDestroy()
    if (++cut === connections) server.close()
  })
  await listen(server, port)
  await once(server, 'close')
  return cut
}

/** Takes from the front, but never the last. */
function nextOf<Item>(items: Item[]): Item {
  const next = items.length > 1 ? items.shift() : items[0]
  if (next === undefined) throw new Error('the test scripted no answer')
  return next
}

export const accepted = (scan = aScan()): Answer => ({
  status: 202,
  headers: { location: `/v1/scans/${scan.id}`, 'retry-after': '0' },
  body: { id: scan.id, status: 'queued', deadline: scan.deadline, links: { self: `/v1/scans/${scan.id}` } },
})

export const shows = (scan: ScanDocument): Answer => ({ headers: { 'retry-after': '0' }, body: scan })

export const problem = (status: number, code: string, detail: string, extra: object = {}): Answer => ({
  status,
  body: { type: `/problems/${code}`, title: 'Refused', status, code, detail, requestId: 'r-1', ...extra },
})
