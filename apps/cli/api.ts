import { z } from 'zod'
import { type ScanDocument, scanDocument } from './scan-document.ts'

/** A running Portlight, and the key that it takes. */
export interface Instance {
  readonly url: string
  readonly key: string
}

export interface Submission {
  readonly target: string
  readonly scanners?: Readonly<Record<string, unknown>>
  /** By what right, in a sentence. */
  readonly attest?: string
  /** Seconds within which an answer that is there already will do. */
  readonly maxAge?: number
}

/** A scan as it stands; `raw` is the whole document as the API sent it. */
export interface Seen {
  readonly scan: ScanDocument
  readonly raw: unknown
  readonly retryAfterMillis: number | null
  readonly etag: string | null
}

/** Where one version is known already: for how long news of it are waited for. */
export interface Waiting {
  readonly seconds: number
  readonly etag: string | null
}

export interface Accepted {
  readonly id: string
  /** Time until the scan's deadline, by the API's own clock: the two clocks need not agree. */
  readonly remainingMillis: number
  readonly deadline: string
  readonly retryAfterMillis: number | null
}

export interface Api {
  /** The same key asks for the same scan, so asking again is harmless. @throws Problem, NoAnswer, NotPortlight */
  submit(submission: Submission, idempotencyKey: string, signal: AbortSignal): Promise<Accepted>
  /** The scan, or null where the wait brought nothing new; `hasWaited` is false for an API that cannot wait. @throws Problem, NoAnswer, NotPortlight */
  read(id: string, waiting: Waiting, signal: AbortSignal): Promise<{ seen: Seen | null; hasWaited: boolean }>
  /** Any other request, with a body of JSON where there is one. @throws Problem, NoAnswer, NotPortlight */
  request<Body>(request: ApiRequest, schema: z.ZodType<Body>, signal: AbortSignal): Promise<Body>
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: object
}

/** The API said no (RFC 9457). */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  readonly code: string
  readonly retryAfterMillis: number | null
  constructor(status: number, code: string, message: string, retryAfterMillis: number | null) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterMillis = retryAfterMillis
  }
}

/** Nobody answered; asking again may help. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
}

/** Somebody else answered. */
export class NotPortlight extends Error {
  override name = 'NotPortlight'
}

const jsonHeaders = { 'content-type': 'application/json' }
const requestTimeoutMillis = 20_000

const accepted = z.object({ id: z.string(), deadline: z.iso.datetime() })

const problem = z.object({
  title: z.string(),
  code: z.string(),
  detail: z.string().nullish(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).nullish(),
})

interface Init {
  readonly method?: ApiRequest['method']
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export function openApi({ url, key }: Instance): Api {
  async function call(path: string, init: Init, signal: AbortSignal) {
    const headers = { accept: 'application/json', authorization: `Bearer ${key}`, ...init.headers }
    const clock = AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMillis)])
    try {
      // A redirect is not followed: the key is meant for this address and no other.
      const response = await fetch(new URL(path, url), { ...init, headers, signal: clock, redirect: 'manual' })
      return { response, body: await response.text() }
    } catch (error) {
      signal.throwIfAborted()
      throw new NoAnswer(`${url} gave no answer (${causeOf(error)})`, { cause: error })
    }
  }

  async function ask<Body>(path: string, init: Init, schema: z.ZodType<Body>, signal: AbortSignal) {
    const { response, body } = await call(path, init, signal)
    const raw = body === '' ? null : parseJson(body)
    const retryAfterMillis = retryAfterOf(response.headers)
    if (!response.ok && response.status !== 304) throw problemOf(response.status, raw, retryAfterMillis, url)
    const parsed = schema.safeParse(raw)
    if (!parsed.success) throw new NotPortlight(`What answers at ${url} does not speak as Portlight does`)
    return { headers: response.headers, raw, retryAfterMillis, body: parsed.data }
  }

  return {
    submit: async (submission, idempotencyKey, signal) => {
      const headers = { ...jsonHeaders, 'idempotency-key': idempotencyKey }
      const body = JSON.stringify(submission)
      const answer = await ask('/v1/scans', { method: 'POST', headers, body }, accepted, signal)
      const { id, deadline } = answer.body
      const now = Date.parse(answer.headers.get('date') ?? '') || Date.now()
      return { id, deadline, remainingMillis: Date.parse(deadline) - now, retryAfterMillis: answer.retryAfterMillis }
    },
    read: async (id, { seconds, etag }, signal) => {
      const headers = etag === null ? {} : { prefer: `wait=${seconds}`, 'if-none-match': etag }
      const answer = await ask(`/v1/scans/${encodeURIComponent(id)}`, { headers }, scanDocument.nullable(), signal)
      const { body: scan, raw, retryAfterMillis } = answer
      const hasWaited = answer.headers.get('preference-applied')?.includes('wait=') ?? false
      const seen = scan === null ? null : { scan, raw, retryAfterMillis, etag: answer.headers.get('etag') }
      return { seen, hasWaited }
    },
    request: async ({ method, path, body }, schema, signal) => {
      const json = body === undefined ? {} : { headers: jsonHeaders, body: JSON.stringify(body) }
      return (await ask(path, { method, ...json }, schema, signal)).body
    },
  }
}

function problemOf(status: number, raw: unknown, retryAfterMillis: number | null, url: string): Error {
  const parsed = problem.safeParse(raw)
  if (!parsed.success) {
    // A proxy in front says 502 or 503 in words of its own: that is for waiting too.
    const message = `${url} answered ${status}, and not as Portlight does`
    return status >= 500 ? new Problem(status, `http-${status}`, message, retryAfterMillis) : new NotPortlight(message)
  }
  const { title, code, detail, errors } = parsed.data
  const said = detail ?? title
  const fields = (errors ?? [])
    .filter(({ message }) => !said.includes(message))
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const message = [said, ...fields].map((sentence) => sentence.replace(/\.$/, '')).join('; ')
  return new Problem(status, code, message, retryAfterMillis)
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retryAfterOf(headers: Headers): number | null {
  const value = headers.get('retry-after')
  if (value === null) return null
  const millis = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(millis) ? Math.max(0, millis) : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'no such host',
  UND_ERR_SOCKET: 'connection cut',
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if (error.name === 'TimeoutError') return 'no answer in time'
  const cause = error.cause instanceof Error ? error.cause : error
  const code = 'code' in cause ? String(cause.code) : cause.message
  return words[code] ?? code
}
