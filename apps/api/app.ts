import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Bus } from '#db/bus.ts'
import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import type { RequestKey } from '#db/queries/idempotency.ts'
import type { Queues } from '#workers/queue/backend.ts'
import type { Bell } from '#workers/queue/enqueue.ts'
import type { QueueBound } from '#workers/queue/queue-bound.ts'
import type { OnBug } from '#workers/queue/finish-scan.ts'
import type { SpellingGuard } from '#workers/queue/begin-scan.ts'
import type { Tracer } from '#workers/tracing/tracer.ts'
import type { SealingKey } from '#db/seal.ts'
import { type Authenticate, authenticate } from './authenticate.ts'
import type { Credentials } from './credentials/credentials.ts'
import { docs } from './docs.ts'
import { expecting, type Standing } from './expect.ts'
import { createLimiter, type Limiter } from './limits/limiter.ts'
import { measure, metricsPages, type ShownMetrics } from './metrics/pages.ts'
import { answerInTime, isolate, letOriginsAsk, plainRequests, requestIds, safeHeaders, writeLog } from './middleware.ts'
import { describe } from './openapi.ts'
import { onError, onInvalid, onMethodNotAllowed, onNotFound } from './problems.ts'
import { pages } from './pages/index.ts'
import { routes } from './routes/index.ts'
import { traced } from './traced.ts'
import type { Provider } from './provider/provider.ts'
import type { Site } from './site.ts'

/** As much of a pino logger as the API uses. */
export interface ApiLog {
  info(about: object, message: string): void
  warn(about: object, message: string): void
  error(about: object, message: string): void
}

/** Everything a route may use. */
export interface Deps {
  readonly db: Db
  readonly bell: Bell
  /** Opens the queue where nobody has yet. */
  readonly queues: () => Promise<Pick<Queues, 'queues'>>
  readonly bus: Bus
  readonly guard: SpellingGuard
  /** Judges where webhooks may lead: OUTBOUND_ALLOW in place of SCAN_ALLOW. */
  readonly outboundGuard: SpellingGuard
  readonly bound: QueueBound
  readonly credentials: Credentials
  readonly masterKey: SealingKey
  /** Null where the operator set none. */
  readonly provider: Provider | null
  readonly site: Site
  /** Null where nobody scrapes. */
  readonly metrics: ShownMetrics | null
  /** Null where no collector is named. */
  readonly tracer: Tracer | null
  readonly log: ApiLog
  readonly onBug: OnBug
  /** True once this process was asked to stop. */
  readonly isDraining: () => boolean
}

export interface ApiEnv {
  /** Node's own request, where there is a socket. */
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    log: ApiLog
    db: Db
    site: Site
    /** The address of whoever asks. */
    client: string
    identify: Authenticate
    limiter: Limiter
    /** Who acts: behind `permit` only. */
    actor: Actor
    /** `Retry-After` of a scan that is open. */
    retryAfter: (scan: Standing) => string
    /** Gives this answer more time than the usual. */
    grantMillis: (millis: number) => void
    answerKeys: () => ReturnType<Credentials['keys']>
    /** By what key the request may be sent again: where an `Idempotency-Key` came. */
    requestKey?: RequestKey
  }
}
export type Api = OpenAPIHono<ApiEnv>

/** The whole API, without a socket. */
export function createApp(deps: Deps): Api {
  const app: Api = new OpenAPIHono<ApiEnv>({ defaultHook: onInvalid })
  const { site } = deps
  const limiter = createLimiter(deps.db, site)
  const retryAfter = expecting(deps.db)
  app.use(
    (c, next) => {
      c.set('site', site)
      return next()
    },
    requestIds(),
    ...(deps.tracer === null ? [] : [traced(deps.tracer)]),
    writeLog(deps.log),
    ...(deps.metrics === null ? [] : [measure(deps.metrics.own.recorder)]),
    safeHeaders(site, deps.isDraining),
    plainRequests(),
    isolate(site),
    answerInTime(),
  )
  app.use(authenticate(deps), (c, next) => {
    c.set('db', deps.db)
    c.set('limiter', limiter)
    c.set('retryAfter', retryAfter)
    c.set('answerKeys', () => deps.credentials.keys('answer'))
    return next()
  })
  app.use('/v1/*', letOriginsAsk(site.corsOrigins))
  app.use(methodNotAllowed({ app, onMethodNotAllowed }))
  app.onError(onError)
  app.notFound(onNotFound)
  for (const mount of [...routes, ...pages]) mount(app, deps)
  if (deps.metrics !== null) metricsPages(app, deps.metrics)
  describe(app)
  docs(app)
  return app
}
