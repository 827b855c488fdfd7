import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Metrics, Recorder } from '#workers/metrics/metrics.ts'
import { isBearer } from '#workers/metrics/token.ts'
import type { Api, ApiEnv } from '../app.ts'
import { problem } from '../problems.ts'

export interface ShownMetrics {
  /** This process' own. */
  readonly own: Metrics
  /** The instance's, by Postgres: the same whichever process is asked, so they stand apart, and a sum counts them once. */
  readonly instance: Metrics
  /** METRICS_TOKEN: whoever scrapes sends it as Bearer. */
  readonly token: string
}

/** Counts each request by its route's pattern. */
export const measure =
  (recorder: Recorder): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const began = performance.now()
    await next()
    recorder.request(routeOf(c), c.req.method, c.res.status, (performance.now() - began) / 1000)
  }

/** What strangers ask for that there is not is one route. */
export function routeOf(c: Context): string {
  const last = matchedRoutes(c).findLast(({ path }) => !path.includes('*'))
  return last?.path ?? 'none'
}

/** `/metrics` and `/metrics/instance`; nowhere where nobody set a token. */
export function metricsPages(app: Api, shown: ShownMetrics): void {
  const show = (path: string, metrics: Metrics) =>
    app.get(path, async (c) => {
      if (!isBearer(c.req.header('authorization'), shown.token)) return problem(c, 'unauthenticated')
      return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
    })
  show('/metrics', shown.own)
  show('/metrics/instance', shown.instance)
}
