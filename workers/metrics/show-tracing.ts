import type { Tracing } from '#workers/tracing/tracer.ts'
import type { Metrics } from './metrics.ts'

/** Shows how much of the traces is missing. */
export function showTracing(metrics: Metrics, tracing: Tracing): void {
  metrics.gauge(
    'portlight_spans_dropped',
    'Spans that the collector did not take, since this process began.',
    [],
    () => [{ labels: {}, value: tracing.dropped() }],
  )
}
