import { hostname } from 'node:os'
import { causeNow, forCause } from '#db/cause.ts'
import type { Statement } from '#db/connect.ts'
import { type AttributeValue, attributesOf, type Exporter, openExporter } from './exporter.ts'
import { childOf, readTraceparent, type SpanContext, writeTraceparent } from './traceparent.ts'

/** OTLP's numbers (SpanKind). */
const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const

type Attributes = Readonly<Record<string, AttributeValue>>

export interface SpanFacts {
  /** Of a few known beforehand: never an id or an address. */
  readonly name: string
  readonly kind: keyof typeof kinds
  readonly attributes?: Attributes
  /** A `traceparent`, from wherever it came; what we are at work for when left out. */
  readonly parent?: string | null | undefined
}

export interface OpenSpan {
  /** For whoever goes on elsewhere. */
  readonly traceparent: string | null
  rename(name: string): void
  add(attributes: Attributes): void
  fail(): void
}

export interface Tracer {
  /** Does the work as a span; one that throws has failed. */
  span<Answer>(facts: SpanFacts, work: (span: OpenSpan) => Promise<Answer>): Promise<Answer>
  /** A span that is over; nothing where its parent is not traced. */
  note(facts: SpanFacts, beganMillis: number, endedMillis: number, isFailed?: boolean): void
}

const silent: OpenSpan = { traceparent: null, rename() {}, add() {}, fail() {} }
/** Where the operator names no collector. */
export const traceNothing: Tracer = { span: (_facts, work) => work(silent), note() {} }

export interface TracingSettings {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Tracing {
  readonly tracer: Tracer
  dropped(): number
  close(): Promise<void>
}

const nothing: Tracing = { tracer: traceNothing, dropped: () => 0, close: async () => {} }

/** What the settings say: spans of this process for their collector, or nothing at all. */
export function openTracing(
  settings: TracingSettings | null,
  service: string,
  onError: (error: Error) => void,
): Tracing {
  if (settings === null) return nothing
  const resource = { 'service.name': service, 'service.instance.id': `${hostname()}:${process.pid}` }
  const exporter = openExporter({ ...settings, resource, onError })
  return { tracer: createTracer(exporter), dropped: () => exporter.dropped(), close: () => exporter.close() }
}

const nowMillis = () => performance.timeOrigin + performance.now()

function createTracer(exporter: Exporter): Tracer {
  const parentOf = ({ parent = causeNow()?.traceparent }: SpanFacts) => readTraceparent(parent)
  const put = (span: Span) => void (span.context.isSampled && exporter.add(encoded(span)))
  return {
    async span(facts, work) {
      const parent = parentOf(facts)
      const context = childOf(parent)
      const traceparent = writeTraceparent(context)
      const beganMillis = nowMillis()
      let { name, attributes = {} } = facts
      let isFailed = false
      const open: OpenSpan = {
        traceparent,
        rename: (other) => void (name = other),
        add: (more) => void (attributes = { ...attributes, ...more }),
        fail: () => void (isFailed = true),
      }
      const cause = causeNow() ?? { id: context.traceId, requestId: null }
      try {
        return await forCause({ ...cause, traceparent }, () => work(open))
      } catch (error) {
        isFailed = true
        throw error
      } finally {
        put({ ...facts, name, attributes, context, parent, beganMillis, endedMillis: nowMillis(), isFailed })
      }
    },
    note(facts, beganMillis, endedMillis, isFailed = false) {
      const parent = parentOf(facts)
      if (parent !== null) put({ ...facts, context: childOf(parent), parent, beganMillis, endedMillis, isFailed })
    },
  }
}

interface Span extends Omit<SpanFacts, 'parent'> {
  readonly context: SpanContext
  readonly parent: SpanContext | null
  readonly beganMillis: number
  readonly endedMillis: number
  readonly isFailed: boolean
}

const nanos = (millis: number) => `${Math.round(millis * 1000)}000`

function encoded({ name, kind, attributes = {}, context, parent, beganMillis, endedMillis, isFailed }: Span): object {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(parent === null ? {} : { parentSpanId: parent.spanId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanos(beganMillis),
    endTimeUnixNano: nanos(endedMillis),
    attributes: attributesOf(attributes),
    // STATUS_CODE_ERROR; what did not fail says nothing.
    status: isFailed ? { code: 2 } : {},
  }
}

/** Notes each statement that something traced has sent; its values are not in its text. */
export const noteStatements =
  (tracer: Tracer) =>
  ({ text, millis, isFailed }: Statement): void => {
    const ended = nowMillis()
    const [operation = 'statement'] = /^[a-z]+/i.exec(text.trimStart()) ?? []
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': text }
    tracer.note({ name: operation.toLowerCase(), kind: 'client', attributes }, ended - millis, ended, isFailed)
  }
