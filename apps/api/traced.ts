import type { MiddlewareHandler } from 'hono'
import type { Tracer } from '#workers/tracing/tracer.ts'
import type { ApiEnv } from './app.ts'
import { routeOf } from './metrics/pages.ts'

/** Each request is a span, below the caller's where its `traceparent` is one. */
export const traced =
  (tracer: Tracer): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const { method } = c.req
    // Without a field of the caller's it begins a trace.
    const parent = c.req.header('traceparent') ?? null
    const attributes = { 'http.request.method': method, 'portlight.request_id': c.get('requestId') }
    await tracer.span({ name: method, kind: 'server', parent, attributes }, async (span) => {
      await next()
      const route = routeOf(c)
      span.rename(`${method} ${route}`)
      span.add({ 'http.route': route, 'http.response.status_code': c.res.status })
      if (c.res.status >= 500) span.fail()
    })
  }
