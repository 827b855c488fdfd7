import { membersOf } from './fields.ts'
import type { Deviation, Head } from './head.ts'

/** How it is told where a body ends (RFC 9112 §6.3); `undefined` where the head contradicts itself, so that nobody can tell; `not-read` where nobody asks. */
export type Framing =
  | { readonly kind: 'none' | 'not-read' | 'chunked' | 'until-close' | 'undefined' }
  | { readonly kind: 'length'; readonly octets: number }

/** How a body ended: whole, cut by us (a limit, the end of the run), broken off by the other side, not in time, against the grammar, or there was none. */
export const bodyEnds = ['complete', 'cut', 'broken-off', 'timed-out', 'malformed', 'none', 'not-read'] as const
export type BodyEnd = (typeof bodyEnds)[number]

/** Says how the body is framed, and what in the head speaks against it. */
export function framingOf({ version, status, fields }: Head): {
  readonly framing: Framing
  readonly deviations: Deviation[]
} {
  const codings = membersOf(fields, 'transfer-encoding').map((coding) => coding.toLowerCase())
  const lengths = new Set(membersOf(fields, 'content-length'))
  const found: Deviation[] = []
  const areNumbers = [...lengths].every((length) => /^\d+$/.test(length) && Number.isSafeInteger(Number(length)))
  if (!areNumbers) found.push('bad-content-length')
  if (lengths.size > 1) found.push('different-content-lengths')
  if (codings.length > 0 && lengths.size > 0) found.push('content-length-with-transfer-encoding')
  // Any other coding is one that we never said we take (TE, RFC 9110 §10.1.4), and HTTP/1.0 has none (RFC 9112 §6.1).
  const isOurs = codings.length === 1 && codings[0] === 'chunked' && version !== 'HTTP/1.0'
  if (codings.length > 0 && !isOurs) found.push('bad-transfer-encoding')

  const framing = ((): Framing => {
    if (status < 200 || status === 204 || status === 304) return { kind: 'none' }
    if (codings.length > 0) return { kind: found.includes('bad-transfer-encoding') ? 'undefined' : 'chunked' }
    if (found.length > 0) return { kind: 'undefined' }
    if (lengths.size === 0) return { kind: 'until-close' }
    return { kind: 'length', octets: Number([...lengths][0]) }
  })()
  return { framing, deviations: found }
}

/** The content codings in the order they were applied (RFC 9110 §8.4). */
export const codingsOf = ({ fields }: Head): string[] =>
  membersOf(fields, 'content-encoding')
    .map((coding) => coding.toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')

const longestLine = 4096

/** Takes a body apart as its bytes come, and keeps at most `maxOctets` of it. */
export class BodyReader {
  end: BodyEnd | null = null
  readonly #framing: Framing
  readonly #maxOctets: number
  readonly #kept: Uint8Array[] = []
  #octets = 0
  /** Octets of the body or of the current chunk that are still to come. */
  #left = 0
  #part: 'size' | 'data' | 'data-end' | 'trailer' = 'size'
  #line = ''
  #trailerOctets = 0

  constructor(framing: Framing, maxOctets: number) {
    this.#framing = framing
    this.#maxOctets = maxOctets
    if (framing.kind === 'none' || framing.kind === 'not-read') this.end = framing.kind
    if (framing.kind === 'undefined') this.end = 'malformed'
    if (framing.kind === 'length') {
      this.#left = framing.octets
      if (framing.octets === 0) this.end = 'complete'
    }
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#kept, this.#octets)
  }

  push(bytes: Uint8Array): void {
    if (this.#framing.kind === 'chunked') return this.#pushChunked(bytes)
    if (this.end) return
    if (this.#framing.kind === 'until-close') return this.#keep(bytes)
    const mine = bytes.subarray(0, this.#left)
    this.#left -= mine.length
    this.#keep(mine)
    if (this.#left === 0) this.end ??= 'complete'
  }

  /** The other side has ended, or was cut off: `reason` when it did not end by itself. */
  close(reason?: BodyEnd): void {
    this.end ??= reason ?? (this.#framing.kind === 'until-close' ? 'complete' : 'broken-off')
  }

  #keep(bytes: Uint8Array): void {
    const room = this.#maxOctets - this.#octets
    const kept = bytes.subarray(0, room)
    this.#kept.push(kept)
    this.#octets += kept.length
    if (bytes.length > room) this.end = 'cut'
  }

  #pushChunked(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length && !this.end) {
      if (this.#part === 'data') {
        const mine = bytes.subarray(at, at + this.#left)
        at += mine.length
        this.#left -= mine.length
        this.#keep(mine)
        if (this.#left === 0) this.#part = 'data-end'
      } else {
        const feed = bytes.indexOf(10, at)
        const stop = feed === -1 ? bytes.length : feed
        this.#line += Buffer.from(bytes.subarray(at, stop)).toString('latin1')
        at = stop + 1
        if (this.#line.length > longestLine) this.end = 'malformed'
        else if (feed !== -1) this.#endLine()
      }
    }
  }

  #endLine(): void {
    const line = this.#line.replace(/\r$/, '')
    this.#line = ''
    if (this.#part === 'data-end') {
      if (line === '') this.#part = 'size'
      else this.end = 'malformed'
      return
    }
    if (this.#part === 'trailer') {
      // A trailer is no part of the head (RFC 9110 §6.5.1): it is read over, within limits.
      this.#trailerOctets += line.length
      if (line === '') this.end = 'complete'
      else if (this.#trailerOctets > 4 * longestLine) this.end = 'malformed'
      return
    }
    const [, digits] = /^([0-9a-f]+)[ \t]*(?:;.*)?$/i.exec(line) ?? []
    const size = digits === undefined ? Number.NaN : Number.parseInt(digits, 16)
    if (!Number.isSafeInteger(size)) {
      this.end = 'malformed'
      return
    }
    this.#left = size
    this.#part = size === 0 ? 'trailer' : 'data'
  }
}
