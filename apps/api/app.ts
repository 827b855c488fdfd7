import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import type { Bell } from '#workers/queue/enqueue.ts'
import type { SpellingGuard } from '#workers/queue/submit-scan.ts'
import { authenticate } from './authenticate.ts'
import { docs } from './docs.ts'
import { answerInTime, oneHost, requestIds, safeHeaders, writeLog } from './middleware.ts'
import { describe } from './openapi.ts'
import { onError, onInvalid, onMethodNotAllowed, onNotFound } from './problems.ts'
import { routes } from './routes/index.ts'

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
  readonly guard: SpellingGuard
  readonly log: ApiLog
  /** True once this process was asked to stop. */
  readonly isDraining: () => boolean
}

export interface ApiEnv {
  /** Node's own request, where there is a socket. */
  Bindings: Partial<HttpBindings>
  Variables: { requestId: string; log: ApiLog; actor: Actor }
}
export type Api = OpenAPIHono<ApiEnv>

/** The whole API, without a socket. */
export function createApp(deps: Deps): Api {
  const app: Api = new OpenAPIHono<ApiEnv>({ defaultHook: onInvalid })
  app.use(requestIds(), writeLog(deps.log), safeHeaders(deps.isDraining), oneHost())
  app.use('/v1/*', answerInTime(), authenticate(deps.db))
  app.use(methodNotAllowed({ app, onMethodNotAllowed }))
  app.onError(onError)
  app.notFound(onNotFound)
  for (const mount of routes) mount(app, deps)
  describe(app)
  docs(app)
  return app
}
