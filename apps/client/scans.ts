import type { Scan, Operations } from './operations.ts'
import { ask, fieldsOf, type Instance, notPortlight } from './http.ts'

export type { Scan }
export type Submission = Operations['POST /v1/scans']['input']['body']

export interface Accepted {
  readonly id: string
  /** Time until the scan's deadline, by the API's own clock: the two clocks need not agree. */
  readonly remainingMillis: number
  readonly deadline: string
  readonly retryAfterMillis: number | null
}

/** A scan as it stands; `raw` is the whole document as the API sent it. */
export interface Seen<Read = Scan> {
  readonly scan: Read
  readonly raw: unknown
  readonly retryAfterMillis: number | null
  readonly etag: string | null
}

/** Where one version is known already: for how long news of it are waited for. */
export interface Waiting {
  readonly seconds: number
  readonly etag: string | null
}

/** As much of a scan's document as following it needs. */
export interface Followable {
  readonly status: Scan['status']
}

/** What the document is taken for; undefined where it cannot be one. */
export type ReadScan<Read extends Followable> = (raw: unknown) => Read | undefined

/** The types are the API's word; only what is used here is looked at. */
export const readScan: ReadScan<Scan> = (raw) => {
  const { id, status } = fieldsOf(raw)
  return typeof id === 'string' && typeof status === 'string' ? (raw as Scan) : undefined
}

/** The same key asks for the same scan, so asking again is harmless. @throws Problem, NoAnswer, NotPortlight */
export async function submitScan(
  instance: Instance,
  submission: Submission,
  idempotencyKey: string,
  signal?: AbortSignal,
): Promise<Accepted> {
  const headers = { 'idempotency-key': idempotencyKey }
  const answer = await ask(instance, { method: 'POST', path: '/v1/scans', headers, body: submission }, signal)
  const { id, deadline } = fieldsOf(answer.raw)
  if (typeof id !== 'string' || typeof deadline !== 'string' || Number.isNaN(Date.parse(deadline)))
    throw notPortlight(instance.url)
  const now = Date.parse(answer.headers.get('date') ?? '') || Date.now()
  return { id, deadline, remainingMillis: Date.parse(deadline) - now, retryAfterMillis: answer.retryAfterMillis }
}

/** The scan, or null where the wait brought nothing new; `hasWaited` is false for an API that cannot wait. @throws Problem, NoAnswer, NotPortlight */
export async function pollScan<Read extends Followable>(
  instance: Instance,
  id: string,
  { seconds, etag }: Waiting,
  read: ReadScan<Read>,
  signal?: AbortSignal,
): Promise<{ seen: Seen<Read> | null; hasWaited: boolean }> {
  const headers = etag === null ? undefined : { prefer: `wait=${seconds}`, 'if-none-match': etag }
  const answer = await ask(instance, { method: 'GET', path: `/v1/scans/${encodeURIComponent(id)}`, headers }, signal)
  const { raw, retryAfterMillis } = answer
  const hasWaited = answer.headers.get('preference-applied')?.includes('wait=') ?? false
  if (raw === null) return { seen: null, hasWaited }
  const scan = read(raw)
  if (scan === undefined) throw notPortlight(instance.url)
  return { seen: { scan, raw, retryAfterMillis, etag: answer.headers.get('etag') }, hasWaited }
}
