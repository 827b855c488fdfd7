/** The API said no (RFC 9457). */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  /** Stable; what it means stands at `/docs/errors/{code}`. */
  readonly code: string
  readonly retryAfterMillis: number | null
  /** The fields of what was sent that it is about, such as `target`. */
  readonly fields: readonly string[]
  constructor(
    status: number,
    code: string,
    message: string,
    retryAfterMillis: number | null,
    fields: readonly string[] = [],
  ) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterMillis = retryAfterMillis
    this.fields = fields
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

/** The time that was set is over; what was asked for goes on. */
export class NotEnded extends Error {
  override name = 'NotEnded'
}
