import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { every } from 'hono/combine'
import { cors } from 'hono/cors'
import { forCause } from '#db/cause.ts'
import type { ApiEnv, ApiLog } from './app.ts'
import { problem, Unavailable } from './problems.ts'
import { isSafe } from './same-origin.ts'
import type { Site } from './site.ts'

const bodyBytesAtMost = 1024 * 1024
/** A caller gets an answer within two seconds, whatever the database does. */
const answerMillis = 1900

/** Takes the caller's `X-Request-Id` where it is a plain token, else makes one; the answer carries it, and so does what is done for it. */
export const requestIds = (): MiddlewareHandler<ApiEnv> => async (c, next) => {
  const given = c.req.header('x-request-id')
  const id = given !== undefined && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID()
  c.set('requestId', id)
  c.header('X-Request-Id', id)
  await forCause({ id, requestId: id, traceparent: null }, next)
}

/** One line a request; the probes of a load balancer would drown the rest. */
export const writeLog =
  (log: ApiLog): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    c.set('log', log)
    const began = performance.now()
    await next()
    const { method } = c.req
    // Of a shared report the path is the secret.
    const path = c.req.path.replace(/^\/s\/[^/]+/, '/s/…')
    if (path === '/healthz' || path === '/readyz') return
    const millis = Math.round(performance.now() - began)
    log.info({ requestId: c.get('requestId'), method, path, status: c.res.status, millis }, 'request')
  }

/** What browsers shall not do with an answer, whatever it is. */
export const safeHeaders =
  ({ publicUrl }: Site, isDraining: () => boolean): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    await next()
    if (publicUrl.startsWith('https:')) c.res.headers.set('Strict-Transport-Security', 'max-age=31536000')
    c.res.headers.set('Cross-Origin-Opener-Policy', 'same-origin')
    c.res.headers.set('Cross-Origin-Resource-Policy', 'same-origin')
    c.res.headers.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=()')
    c.res.headers.set('X-Content-Type-Options', 'nosniff')
    c.res.headers.set('Referrer-Policy', 'no-referrer')
    if (!c.res.headers.has('Content-Security-Policy'))
      c.res.headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store')
    if (isDraining()) c.res.headers.set('Connection', 'close')
  }

/** Lets pages of these origins call the API with a key of theirs; never with our cookies (Fetch, CORS protocol). */
export const letOriginsAsk = (origins: readonly string[]): MiddlewareHandler<ApiEnv> =>
  origins.length === 0
    ? async (_c, next) => next()
    : cors({
        origin: [...origins],
        allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        allowHeaders: [
          'Authorization',
          'Content-Type',
          'Idempotency-Key',
          'If-None-Match',
          'Last-Event-ID',
          'X-Request-Id',
        ],
        exposeHeaders: ['ETag', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'],
        maxAge: 600,
      })

/**
 * Two Host fields are two readings of one request (RFC 9112 §3.2); Node's parser keeps the first and says nothing. A whole URL as the target is
 * for proxies, and nothing here speaks WebSocket.
 */
export const plainRequests = (): MiddlewareHandler<ApiEnv> => async (c, next) => {
  const { rawHeaders = [], url = '/' } = c.env?.incoming ?? {}
  if (!url.startsWith('/') || /websocket/i.test(c.req.header('upgrade') ?? '')) return problem(c, 'malformed-request')
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host')
  return hosts.length > 1 ? problem(c, 'malformed-request') : next()
}

/** What a page of somebody else's sends to change something is refused before anything reads it, whatever it would have met (Fetch Metadata). */
export const isolate =
  ({ corsOrigins }: Site): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const site = c.req.header('sec-fetch-site')
    const isForeign = site === 'cross-site' || site === 'same-site'
    if (!isForeign || isSafe(c.req.method) || corsOrigins.includes(c.req.header('origin') ?? '')) return next()
    return problem(c, 'cross-origin')
  }

/** 503 rather than silence. What was begun may still be done: whoever sent an Idempotency-Key asks again and finds it. */
export const answerInTime = (): MiddlewareHandler<ApiEnv> => async (c, next) => {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const allow = (millis: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => reject(new Unavailable('The database did not answer in time.')), millis)
    }
    allow(answerMillis)
    c.set('grantMillis', (millis) => allow(answerMillis + millis))
  })
  try {
    await Promise.race([next(), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/** A body is JSON in UTF-8 of at most 1 MiB, and says so. */
export const jsonBody = (): MiddlewareHandler<ApiEnv> =>
  every(bodyLimit({ maxSize: bodyBytesAtMost, onError: (c) => problem(c, 'body-too-large') }), (async (c, next) => {
    if (c.req.method !== 'POST' && c.req.method !== 'PUT' && c.req.method !== 'PATCH') return next()
    if (!isJson(c.req.header('content-type')) || c.req.header('content-encoding') !== undefined)
      return problem(c, 'unsupported-media-type')
    try {
      JSON.parse(utf8.decode(await c.req.arrayBuffer()))
    } catch {
      return problem(c, 'malformed-body')
    }
    return next()
  }) satisfies MiddlewareHandler<ApiEnv>)

const utf8 = new TextDecoder('utf-8', { fatal: true })

const isJson = (contentType = '') => /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(contentType)
