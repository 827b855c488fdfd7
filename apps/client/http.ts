import { NoAnswer, NotPortlight, Problem } from './errors.ts'

/** A running Portlight, and the key that it takes; null in a page of its own, which is known by its cookies. */
export interface Instance {
  readonly url: string
  readonly key: string | null
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface ApiRequest {
  readonly method: Method
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  /** In place of `body`: sent as it is. */
  readonly file?: { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined
}

export interface Answer {
  readonly headers: Headers
  /** JSON as it came; null where there is none. */
  readonly raw: unknown
  readonly retryAfterMillis: number | null
}

const requestTimeoutMillis = 20_000

/** Asks once. @throws Problem, NoAnswer, NotPortlight, and the signal's reason */
export async function ask({ url, key }: Instance, request: ApiRequest, signal?: AbortSignal): Promise<Answer> {
  const { response, text } = await send({ url, key }, request, signal)
  const raw = text === '' ? null : parseJson(text)
  const retryAfterMillis = retryAfterOf(response.headers)
  if (!response.ok && response.status !== 304) throw problemOf(response.status, raw, retryAfterMillis, url)
  if (raw === undefined) throw notPortlight(url)
  return { headers: response.headers, raw, retryAfterMillis }
}

/** Asks once for what is no JSON. @throws Problem, NoAnswer, NotPortlight, and the signal's reason */
export async function askFile({ url, key }: Instance, request: ApiRequest, signal?: AbortSignal): Promise<Uint8Array> {
  const { response, bytes, text } = await send({ url, key }, request, signal)
  if (!response.ok) throw problemOf(response.status, parseJson(text), retryAfterOf(response.headers), url)
  return bytes
}

export const notPortlight = (url: string) => new NotPortlight(`What answers at ${url} does not speak as Portlight does`)

async function send({ url, key }: Instance, { method, path, headers, body, file }: ApiRequest, signal?: AbortSignal) {
  const clock = AbortSignal.timeout(requestTimeoutMillis)
  const json = { type: 'application/json', bytes: JSON.stringify(body) }
  const sent = file ?? (body === undefined ? null : json)
  try {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        accept: 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(sent === null ? {} : { 'content-type': sent.type }),
        ...headers,
      },
      ...(sent === null ? {} : { body: sent.bytes }),
      signal: signal === undefined ? clock : AbortSignal.any([signal, clock]),
      // Not followed: the key is meant for this address and no other.
      redirect: 'manual',
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    return { response, bytes, text: new TextDecoder().decode(bytes) }
  } catch (error) {
    signal?.throwIfAborted()
    throw new NoAnswer(`${url} gave no answer (${causeOf(error)})`, { cause: error })
  }
}

function problemOf(status: number, raw: unknown, retryAfterMillis: number | null, url: string): Error {
  if (!isProblem(raw)) {
    // A proxy in front says 502 or 503 in words of its own: that is for waiting too.
    const message = `${url} answered ${status}, and not as Portlight does`
    return status >= 500 ? new Problem(status, `http-${status}`, message, retryAfterMillis) : new NotPortlight(message)
  }
  const { title, code, detail, errors } = raw
  const said = detail ?? title
  const fields = (errors ?? [])
    .filter(({ message }) => !said.includes(message))
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const message = [said, ...fields].map((sentence) => sentence.replace(/\.$/, '')).join('; ')
  return new Problem(
    status,
    code,
    message,
    retryAfterMillis,
    (errors ?? []).map(({ path }) => path),
  )
}

interface ProblemBody {
  readonly title: string
  readonly code: string
  readonly detail?: string | null
  readonly errors?: readonly { readonly path: string; readonly message: string }[] | null
}

function isProblem(raw: unknown): raw is ProblemBody {
  const { title, code, detail, errors } = fieldsOf(raw)
  return (
    typeof title === 'string' &&
    typeof code === 'string' &&
    (detail == null || typeof detail === 'string') &&
    (errors == null ||
      (Array.isArray(errors) &&
        errors.map(fieldsOf).every(({ path, message }) => typeof path === 'string' && typeof message === 'string')))
  )
}

/** The fields of what should be an object; none where it is another thing. */
export const fieldsOf = (raw: unknown): Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {}

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
