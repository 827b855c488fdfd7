import { trimBlanks } from './blanks.ts'

/** A header field: bytes read as ISO 8859-1, the name as sent, the value without the white space around it (RFC 9112 §5). */
export interface Field {
  readonly name: string
  readonly value: string
}

/** Where a response breaks the grammar of RFC 9112 and can be read all the same. */
export const deviations = [
  'bad-status-line',
  'bare-line-feed',
  'bare-carriage-return',
  'no-colon',
  'bad-field-name',
  'space-before-colon',
  'folded-line',
  'nul',
  'control-character',
  'bad-content-length',
  'different-content-lengths',
  'content-length-with-transfer-encoding',
  'bad-transfer-encoding',
  'bad-chunk',
] as const
export type Deviation = (typeof deviations)[number]

export interface Head {
  /** `HTTP/1.1`, as sent. */
  readonly version: string
  readonly status: number
  readonly reasonPhrase: string
  /** In the order they came. */
  readonly fields: readonly Field[]
  readonly deviations: readonly Deviation[]
}

/** Where the head ends: the offset after the first empty line, or null while none has come. A bare line feed ends a line too (RFC 9112 §2.2). */
export function endOfHead(bytes: Buffer, from: number): number | null {
  for (let at = bytes.indexOf(10, Math.max(0, from - 2)); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3
  }
  return null
}

const statusLine = /^(HTTP\/\d\.\d) (\d{3})(?: (.*))?$/i

/** Reads a whole head, empty line included; null when it does not begin with a status line (RFC 9112 §4). */
export function parseHead(bytes: Uint8Array): Head | null {
  const found = new Set<Deviation>()
  const [first = '', ...rest] = linesOf(Buffer.from(bytes).toString('latin1'), found)
  const [, version, status, reasonPhrase] = statusLine.exec(first) ?? []
  if (version === undefined || status === undefined) return null
  // The space after the code belongs there even when no reason follows it.
  if (reasonPhrase === undefined || !version.startsWith('HTTP/1.')) found.add('bad-status-line')
  noteControls(reasonPhrase ?? '', found)
  const fields = fieldsOf(rest, found)
  return { version, status: Number(status), reasonPhrase: reasonPhrase ?? '', fields, deviations: [...found] }
}

function linesOf(text: string, found: Set<Deviation>): string[] {
  const lines = text.split('\n')
  // What follows the last line feed is nothing, and the line before it is the empty one.
  return lines.slice(0, -2).map((line) => {
    if (!line.endsWith('\r')) found.add('bare-line-feed')
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line
    if (whole.includes('\r')) found.add('bare-carriage-return')
    return whole
  })
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

function fieldsOf(lines: readonly string[], found: Set<Deviation>): Field[] {
  const fields: Field[] = []
  for (const line of lines) {
    noteControls(line, found)
    const last = fields.at(-1)
    if (/^[ \t]/.test(line)) {
      found.add('folded-line')
      // RFC 9112 §5.2: a fold is read as one space.
      if (last) fields[fields.length - 1] = { name: last.name, value: trimBlanks(`${last.value} ${trimBlanks(line)}`) }
      continue
    }
    const colon = line.indexOf(':')
    if (colon === -1) {
      found.add('no-colon')
      continue
    }
    const name = trimBlanks(line.slice(0, colon))
    if (name.length !== colon) found.add('space-before-colon')
    if (!token.test(name)) found.add('bad-field-name')
    fields.push({ name, value: trimBlanks(line.slice(colon + 1)) })
  }
  return fields
}

function noteControls(text: string, found: Set<Deviation>): void {
  if (text.includes('\0')) found.add('nul')
  if (/[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) found.add('control-character')
}
