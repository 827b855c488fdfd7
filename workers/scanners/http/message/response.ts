import { BodyReader, type BodyEnd, type Framing, framingOf } from './body.ts'
import { type Deviation, endOfHead, type Head, parseHead } from './head.ts'

/** Why there is no response in what came. */
export type HeadFailure = 'not-http' | 'head-too-large' | 'too-many-interim-responses' | 'protocol-switched' | 'closed'

export interface ResponseLimits {
  /** Octets up to the end of the final head, interim responses included. */
  readonly headOctets: number
  readonly bodyOctets: number
  readonly interimResponses: number
  /** Statuses whose body is left unread. */
  readonly skipsBody: (status: number) => boolean
}

const httpName = Buffer.from('HTTP/', 'latin1')

/**
 * Reads one HTTP/1.x response to a GET from bytes as they come (RFC 9112). Pure: it asks nobody for more. Interim responses are
 * counted and left (RFC 9110 §15.2); what comes after the response is not looked at.
 */
export class ResponseReader {
  head: Head | null = null
  failure: HeadFailure | null = null
  interimResponses = 0
  readonly #limits: ResponseLimits
  #pending: Buffer = Buffer.alloc(0)
  #headOctets = 0
  #body: BodyReader | null = null
  #framing: Framing = { kind: 'none' }
  #framingDeviations: readonly Deviation[] = []

  constructor(limits: ResponseLimits) {
    this.#limits = limits
  }

  get isDone(): boolean {
    return this.failure !== null || this.bodyEnd !== null
  }

  get bodyEnd(): BodyEnd | null {
    return this.#body?.end ?? null
  }

  /** What has come of the body, as it was sent: content codings are still in place. */
  get body(): Buffer {
    return this.#body?.bytes ?? Buffer.alloc(0)
  }

  get deviations(): Deviation[] {
    const chunk: Deviation[] = this.bodyEnd === 'malformed' && this.#framing.kind === 'chunked' ? ['bad-chunk'] : []
    return [...(this.head?.deviations ?? []), ...this.#framingDeviations, ...chunk]
  }

  /** The first bytes of what is no HTTP response. */
  get beginning(): Uint8Array {
    return this.#pending.subarray(0, 64)
  }

  push(bytes: Uint8Array): void {
    if (this.isDone) return
    if (this.#body) return this.#body.push(bytes)
    const from = this.#pending.length
    this.#pending = Buffer.concat([this.#pending, bytes])
    this.#readHead(from)
  }

  /** The other side has ended; `reason` when it was cut off or silent instead. */
  close(reason?: BodyEnd): void {
    if (this.#body) this.#body.close(reason)
    else this.failure ??= this.#pending.length > 0 && !this.#mayBeHttp() ? 'not-http' : 'closed'
  }

  #mayBeHttp(): boolean {
    const { length } = httpName
    return this.#pending.subarray(0, length).equals(httpName.subarray(0, this.#pending.length))
  }

  #readHead(from: number): void {
    if (!this.#mayBeHttp()) {
      this.failure = 'not-http'
      return
    }
    const end = endOfHead(this.#pending, from)
    if (this.#headOctets + (end ?? this.#pending.length) > this.#limits.headOctets) {
      this.failure = 'head-too-large'
      return
    }
    if (end === null) return
    const head = parseHead(this.#pending.subarray(0, end))
    if (!head) {
      this.failure = 'not-http'
      return
    }
    const rest = this.#pending.subarray(end)
    this.#headOctets += end
    if (head.status >= 200 || head.status < 100) this.#begin(head, rest)
    else this.#passInterim(head, rest)
  }

  #passInterim(head: Head, rest: Buffer): void {
    this.interimResponses += 1
    // Nothing was asked to be switched to: what follows a 101 is in a language that we do not speak.
    if (head.status === 101) this.failure = 'protocol-switched'
    else if (this.interimResponses > this.#limits.interimResponses) this.failure = 'too-many-interim-responses'
    else {
      this.#pending = rest
      if (rest.length > 0) this.#readHead(0)
    }
  }

  #begin(head: Head, rest: Buffer): void {
    const { framing, deviations } = framingOf(head)
    this.head = head
    this.#framing = framing
    this.#framingDeviations = deviations
    this.#body = new BodyReader(
      this.#limits.skipsBody(head.status) ? { kind: 'not-read' } : framing,
      this.#limits.bodyOctets,
    )
    if (rest.length > 0) this.#body.push(rest)
  }
}
