import type { Registry } from 'prom-client'

/** What a process counts while it works; every label has a few values that are known beforehand. */
export interface Recorder {
  /** `route` is the pattern of the path, never the path. */
  request(route: string, method: string, status: number, seconds: number): void
  job(name: string, outcome: 'done' | 'failed', seconds: number): void
  /** A packet's way out: how it ended, and how long that took. */
  outward(kind: 'connect' | 'exchange' | 'fetch', outcome: string, seconds: number): void
  /** A write that came too late, or a lease that was lost. */
  fenced(): void
  /** A scan was taken over whose worker's lease ran out. */
  takenOver(): void
  /** What came of one try to tell somebody. */
  told(channel: 'mail' | 'webhook', outcome: 'taken' | 'later' | 'refused'): void
}

export const recordNothing: Recorder = { request() {}, job() {}, outward() {}, fenced() {}, takenOver() {}, told() {} }

/** Whoever asks may write any word for a method that Node reads. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export interface Fact {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Metrics {
  readonly recorder: Recorder
  /** A value that is asked for at each look. */
  gauge(name: string, help: string, labels: readonly string[], look: () => Fact[] | Promise<Fact[]>): void
  /** All of it, as Prometheus reads it (text format 0.0.4). */
  text(): Promise<string>
  readonly contentType: string
}

const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const jobSeconds = [0.05, 0.25, 1, 5, 15, 60, 300, 900]
const outwardSeconds = [0.005, 0.025, 0.1, 0.5, 1, 3, 10]

/** What a process counts, with Node's own (event loop, memory, descriptors). Loaded only where somebody scrapes: it keeps timers of its own. */
export async function openMetrics(isWithNode = true): Promise<Metrics> {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client')
  const registry: Registry = new Registry()
  if (isWithNode) collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Histogram({
    name: 'portlight_http_request_duration_seconds',
    help: 'Requests to the API, by route.',
    labelNames: ['route', 'method', 'status'],
    buckets: requestSeconds,
    registers,
  })
  const jobs = new Histogram({
    name: 'portlight_job_duration_seconds',
    help: 'Jobs that ended, by kind.',
    labelNames: ['name', 'outcome'],
    buckets: jobSeconds,
    registers,
  })
  const outward = new Histogram({
    name: 'portlight_outward_duration_seconds',
    help: 'Ways out to targets and others, by how they ended.',
    labelNames: ['kind', 'outcome'],
    buckets: outwardSeconds,
    registers,
  })
  const fenced = new Counter({
    name: 'portlight_fenced_writes_total',
    help: 'Writes that came after another attempt had taken the scan.',
    registers,
  })
  const takenOver = new Counter({
    name: 'portlight_scans_taken_over_total',
    help: 'Scans that were taken over because the lease of their worker ran out.',
    registers,
  })
  const told = new Counter({
    name: 'portlight_messages_total',
    help: 'Tries to hand over a mail or to tell a webhook, by what came of them.',
    labelNames: ['channel', 'outcome'],
    registers,
  })
  // So that the first failure is an increase.
  for (const channel of ['mail', 'webhook'])
    for (const outcome of ['taken', 'later', 'refused']) told.inc({ channel, outcome }, 0)
  return {
    recorder: {
      request: (route, method, status, seconds) =>
        requests.observe({ route, method: methods.has(method) ? method : 'other', status }, seconds),
      job: (name, outcome, seconds) => jobs.observe({ name, outcome }, seconds),
      outward: (kind, outcome, seconds) => outward.observe({ kind, outcome }, seconds),
      fenced: () => fenced.inc(),
      takenOver: () => takenOver.inc(),
      told: (channel, outcome) => told.inc({ channel, outcome }),
    },
    gauge(name, help, labelNames, look) {
      const gauge = new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [],
        async collect() {
          const facts = await look()
          this.reset()
          // Of a gauge without labels a reset leaves a 0, which nobody said.
          if (facts.length === 0 && labelNames.length === 0) this.remove()
          for (const { labels, value } of facts) this.set(labels, value)
        },
      })
      registry.registerMetric(gauge)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
