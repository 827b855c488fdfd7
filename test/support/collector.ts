import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const hex = (letters: number) => z.string().regex(new RegExp(`^[0-9a-f]{${letters}}$`))
const integer = z.string().regex(/^\d+$/)
const attribute = z.strictObject({
  key: z.string(),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ intValue: integer }),
    z.strictObject({ doubleValue: z.number() }),
    z.strictObject({ boolValue: z.boolean() }),
  ]),
})
const span = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16).optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: integer,
  endTimeUnixNano: integer,
  attributes: z.array(attribute),
  status: z.strictObject({ code: z.int().min(0).max(2).optional() }),
})
/** ExportTraceServiceRequest as OTLP's JSON encoding writes it: names in lowerCamelCase, ids in hex, enums as numbers, 64-bit integers as strings. */
const request = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.strictObject({ scope: z.strictObject({ name: z.string() }), spans: z.array(span) })),
    }),
  ),
})

export type CollectedSpan = z.output<typeof span> & { readonly service: string }

export interface Collector {
  readonly endpoint: string
  readonly spans: CollectedSpan[]
  readonly heads: IncomingHttpHeaders[]
  close(): void
}

export interface CollectorAnswer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A collector of OpenTelemetry on loopback, which takes nothing that is not well formed; `answers` says what the next requests get in place of 200. */
export async function startCollector(answers: CollectorAnswer[] = [], port = 0): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const heads: IncomingHttpHeaders[] = []
  const take = async (asked: IncomingMessage, answer: ServerResponse) => {
    let body = ''
    for await (const part of asked.setEncoding('utf8')) body += part
    heads.push(asked.headers)
    const parsed = request.safeParse(JSON.parse(body))
    const isAsked = asked.method === 'POST' && asked.url === '/v1/traces'
    if (!isAsked || !parsed.success || asked.headers['content-type'] !== 'application/json') {
      answer.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(parsed.error?.issues))
      return
    }
    const { status, headers, body: text = '{}' } = answers.shift() ?? { status: 200 }
    if (status === 200)
      for (const { resource, scopeSpans } of parsed.data.resourceSpans) {
        const name = resource.attributes.find(({ key }) => key === 'service.name')?.value
        const service = name !== undefined && 'stringValue' in name ? name.stringValue : ''
        spans.push(...scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service }))))
      }
    answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  }
  const server = createServer((asked, answer) => void take(asked, answer))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    heads,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
