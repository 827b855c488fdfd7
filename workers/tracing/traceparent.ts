import { randomBytes } from 'node:crypto'

/** Where a span stands (W3C Trace Context Level 1). */
export interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  /** False where whoever began the trace keeps nothing of it: we do not either. */
  readonly isSampled: boolean
}

const shape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
const zeros = /^0+$/

/** A `traceparent` field that came from outside; null for everything that is not exactly one of version 00, so that a new trace begins. */
export function readTraceparent(field: string | null | undefined): SpanContext | null {
  const [, traceId = '', spanId = '', flags = ''] = shape.exec(field ?? '') ?? []
  if (zeros.test(traceId) || zeros.test(spanId) || traceId === '') return null
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export const writeTraceparent = ({ traceId, spanId, isSampled }: SpanContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`

/** A span of its own below the parent; where there is none it begins a trace. */
export const childOf = (parent: SpanContext | null): SpanContext => ({
  traceId: parent?.traceId ?? hexOf(16),
  spanId: hexOf(8),
  isSampled: parent?.isSampled ?? true,
})

function hexOf(bytes: number): string {
  const hex = randomBytes(bytes).toString('hex')
  return zeros.test(hex) ? hexOf(bytes) : hex
}
