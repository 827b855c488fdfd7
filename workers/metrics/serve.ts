import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Metrics } from './metrics.ts'
import { isBearer } from './token.ts'

/** Serves a worker's own metrics at `/metrics`, to whoever sends the token. @throws where the port is taken */
export async function serveMetrics(
  metrics: Metrics,
  { host, port, token }: { readonly host: string; readonly port: number; readonly token: string },
): Promise<Server> {
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') response.writeHead(404).end()
    else if (!isBearer(request.headers.authorization, token))
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    else
      metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        () => response.writeHead(500).end(),
      )
  })
  server.listen(port, host)
  await once(server, 'listening')
  server.unref()
  return server
}
