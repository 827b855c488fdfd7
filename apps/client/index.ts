import { NotEnded } from './errors.ts'
import { followScan, isFinal } from './follow.ts'
import { ask, type Instance, type Method } from './http.ts'
import type { Operations } from './operations.ts'
import { askPatiently } from './patience.ts'
import { type Accepted, readScan, type Scan, type Submission, submitScan } from './scans.ts'

export { NoAnswer, NotEnded, NotPortlight, Problem } from './errors.ts'
export type * from './operations.ts'
export type { Accepted, Instance, Submission }

/** What an operation wants to be told. */
export type Asked<Name extends keyof Operations> = Operations[Name]['input']

export interface Options {
  readonly signal?: AbortSignal | undefined
  /** How long a Portlight that is busy or away is asked again; a minute when left out. */
  readonly patienceMillis?: number | undefined
}

export interface SubmitOptions extends Options {
  /** The same key asks for the same scan for a day, even from another process; made up when left out. */
  readonly idempotencyKey?: string | undefined
}

export interface FollowOptions extends Options {
  /** Called with each version that was seen. */
  readonly onChange?: ((scan: Scan) => void) | undefined
  /** How long to follow; until the scan's own deadline when left out. */
  readonly timeoutMillis?: number | undefined
}

export interface Portlight {
  /** Submits a scan and follows it to its end, in the cheapest way that the API offers. @throws Problem, NoAnswer, NotPortlight, NotEnded */
  scan(target: string, options?: Omit<Submission, 'target'> & SubmitOptions & FollowOptions): Promise<Scan>
  /** Submits a scan, once, however often it has to be asked for. @throws Problem, NoAnswer, NotPortlight */
  submit(submission: Submission, options?: SubmitOptions): Promise<Accepted>
  /** Follows a scan that was submitted, here or anywhere else. @throws Problem, NoAnswer, NotPortlight, NotEnded */
  follow(id: string, options?: FollowOptions): Promise<Scan>
  /** Any operation of the API by its name in the OpenAPI document. @throws Problem, NoAnswer, NotPortlight */
  call<Name extends keyof Operations>(
    name: Name,
    input: Asked<Name> & SubmitOptions,
  ): Promise<Operations[Name]['answer']>
}

/** Time for the last poll after a deadline, at which the API itself ends every scan. */
const graceMillis = 30_000
const usualPatienceMillis = 60_000

/** A Portlight that runs somewhere. Nothing is sent before the first call. */
export function connect(instance: Instance): Portlight {
  const patienceOf = ({ patienceMillis = usualPatienceMillis, signal }: Options) => ({
    busyMillis: patienceMillis,
    silentMillis: patienceMillis,
    signal,
  })
  const submit: Portlight['submit'] = (submission, options = {}) => {
    const { idempotencyKey = crypto.randomUUID(), signal } = options
    return askPatiently(() => submitScan(instance, submission, idempotencyKey, signal), patienceOf(options))
  }
  const followUntil = async (
    scan: Pick<Accepted, 'id' | 'retryAfterMillis'>,
    remainingMillis: number,
    { signal, onChange, timeoutMillis = Infinity, patienceMillis = usualPatienceMillis }: FollowOptions,
  ) => {
    const seen = await followScan(instance, scan, readScan, {
      until: performance.now() + Math.min(remainingMillis + graceMillis, timeoutMillis),
      silentMillis: patienceMillis,
      signal,
      onSeen: onChange && ((seen) => onChange(seen.scan)),
    })
    if (!isFinal(seen.scan.status)) throw new NotEnded(`Scan ${scan.id} has not ended in this time; it goes on`)
    return seen.scan
  }
  return {
    submit,
    follow: (id, options = {}) => followUntil({ id, retryAfterMillis: null }, Infinity, options),
    scan: async (target, options = {}) => {
      const { signal, patienceMillis, idempotencyKey, onChange, timeoutMillis = Infinity, ...asked } = options
      const until = performance.now() + timeoutMillis
      const accepted = await submit({ target, ...asked }, { signal, patienceMillis, idempotencyKey })
      const left = Math.max(0, until - performance.now())
      return followUntil(accepted, accepted.remainingMillis, { signal, patienceMillis, onChange, timeoutMillis: left })
    },
    call: async (name, input) => {
      const { path, query, body, idempotencyKey, ...options } = input as AnyInput & SubmitOptions
      const [method, template] = name.split(' ') as [Method, string]
      // Every other method may be asked again as it is (RFC 9110 §9.2.2; a PATCH here sets values).
      const key = method === 'POST' ? (idempotencyKey ?? crypto.randomUUID()) : undefined
      const request = {
        method,
        path: fill(template, path ?? {}) + search(query ?? {}),
        headers: key === undefined ? undefined : { 'idempotency-key': key },
        body,
      }
      const { raw } = await askPatiently(() => ask(instance, request, options.signal), patienceOf(options))
      return raw as never
    },
  }
}

interface AnyInput {
  readonly path?: Values
  readonly query?: Values
  readonly body?: unknown
}
type Values = Readonly<Record<string, string | number | boolean>>

const fill = (template: string, path: Values) =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])))

function search(query: Values): string {
  const fields = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  return fields.length === 0 ? '' : `?${new URLSearchParams(fields).toString()}`
}
