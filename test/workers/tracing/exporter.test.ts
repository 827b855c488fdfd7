import { afterEach, expect, test, vi } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { type Collector, type CollectorAnswer, startCollector } from '#test/support/collector.ts'
import { attributesOf, openExporter } from '#workers/tracing/exporter.ts'

vi.setConfig({ testTimeout: 60_000 })

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function collector(answers: CollectorAnswer[] = [], port = 0): Promise<Collector> {
  const started = await startCollector(answers, port)
  open.push(started)
  return started
}

function exporterTo(endpoint: string, onError: (error: Error) => void = () => {}) {
  const headers = { authorization: 'Basic abc' }
  const exporter = openExporter({ endpoint, headers, resource: { 'service.name': 'test' }, onError })
  open.push(exporter)
  return exporter
}

const spanOf = (n: number) => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: n.toString(16).padStart(16, '0'),
  name: 'one',
  kind: 1,
  startTimeUnixNano: '1',
  endTimeUnixNano: '2',
  attributes: attributesOf({ text: 'a\ud800b', whole: 7, part: 0.5, isSo: true }),
  status: {},
})

test('spans reach exactly the endpoint, with the fields of the operator', async () => {
  const { endpoint, spans, heads } = await collector()
  const exporter = exporterTo(`${endpoint}/`)
  for (let n = 1; n <= 700; n++) exporter.add(spanOf(n))
  await expect.poll(() => spans.length, { timeout: 10_000 }).toBe(700)
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(700)
  expect(heads[0]).toMatchObject({ authorization: 'Basic abc', 'content-type': 'application/json' })
  expect(exporter.dropped()).toBe(0)
})

test('a busy collector is asked again, and nothing is lost by that', async () => {
  const { endpoint, spans } = await collector([{ status: 503 }, { status: 429, headers: { 'retry-after': '1' } }])
  const errors: string[] = []
  const exporter = exporterTo(endpoint, ({ message }) => errors.push(message))
  exporter.add(spanOf(1))
  await expect.poll(() => spans.length, { timeout: 20_000 }).toBe(1)
  // Said once, not at each try.
  expect([exporter.dropped(), errors]).toEqual([0, ['the collector answered 503']])
})

test.each([
  ['refuses them', { status: 400 }],
  ['leads elsewhere', { status: 307, headers: { location: 'http://127.0.0.1:9/v1/traces' } }],
  ['takes a part', { status: 200, body: '{"partialSuccess":{"rejectedSpans":"1"}}' }],
])('what a collector that %s does not take is counted, and not sent again', async (_what, answer) => {
  const { endpoint, heads } = await collector([answer])
  const exporter = exporterTo(endpoint)
  exporter.add(spanOf(1))
  await expect.poll(() => exporter.dropped(), { timeout: 10_000 }).toBe(1)
  exporter.add(spanOf(2))
  await expect.poll(() => heads.length, { timeout: 10_000 }).toBe(2)
})

test('while no collector is there a bounded number waits, the rest is counted, and both are seen when it comes', async () => {
  const port = await freePort()
  const errors: Error[] = []
  const exporter = exporterTo(`http://127.0.0.1:${port}`, (error) => errors.push(error))
  for (let n = 1; n <= 10_000; n++) exporter.add(spanOf(n))
  expect(exporter.dropped()).toBe(10_000 - 4096)
  await expect.poll(() => errors.length, { timeout: 10_000 }).toBe(1)
  const { spans } = await collector([], port)
  await expect.poll(() => spans.length, { timeout: 40_000 }).toBe(4096)
})

test('what is left is sent at the end', async () => {
  const { endpoint, spans } = await collector()
  const exporter = exporterTo(endpoint)
  exporter.add(spanOf(1))
  await exporter.close()
  expect(spans).toHaveLength(1)
})
