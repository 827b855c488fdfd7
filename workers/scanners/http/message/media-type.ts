import { trimBlanks } from './blanks.ts'
import { membersOf } from './fields.ts'
import type { Field } from './head.ts'

export interface MediaType {
  /** `text/html`, in lower case. */
  readonly essence: string
  readonly charset: string | null
}

/** What Content-Type says; of several, the last that can be read (Fetch, "extract a MIME type"). Null where none can. */
export function mediaTypeOf(fields: readonly Field[]): MediaType | null {
  for (const member of membersOf(fields, 'content-type').toReversed()) {
    const [essence = '', ...parameters] = member.split(';').map(trimBlanks)
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(essence)) continue
    const charset = parameters.find((parameter) => /^charset=/i.test(parameter))?.slice('charset='.length)
    return { essence: essence.toLowerCase(), charset: charset?.replaceAll('"', '').toLowerCase() ?? null }
  }
  return null
}

/** The text of a page. Markup is ASCII in every encoding but UTF-16, so that the others need no telling apart to find it. */
export function textOf(bytes: Buffer, charset: string | null): string {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return bytes.subarray(3).toString('latin1')
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe
  if (isBig || charset === 'utf-16be') return new TextDecoder('utf-16be').decode(bytes)
  if (isLittle || charset === 'utf-16le' || charset === 'utf-16') return new TextDecoder('utf-16le').decode(bytes)
  return bytes.toString('latin1')
}

const pageTypes = ['text/html', 'application/xhtml+xml']

/** Beginnings that make a page of bytes without a type (MIME Sniffing §7.1). */
const pageBeginning =
  /^[\t\n\f\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[\t\n\f\r >-]/i

/** Whether a browser would show this as a page: by its type, or by its beginning where it has none and may be guessed at. */
export function isPage(type: MediaType | null, mayGuess: boolean, body: Buffer): boolean {
  if (type) return pageTypes.includes(type.essence)
  return mayGuess && pageBeginning.test(body.subarray(0, 1445).toString('latin1'))
}
