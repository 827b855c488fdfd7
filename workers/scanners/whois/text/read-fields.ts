import { factOf, normaliseLabel } from './labels.ts'
import { type Place, placeOfBlock, placeUnder } from './places.ts'
import { type Row, readRows } from './read-rows.ts'

/** One statement of an answer. */
export interface Field {
  readonly label: string
  /** The label as it was written: it may tell how a date is to be read, `(dd/mm/yyyy)`. */
  readonly written: string
  readonly value: string
  readonly place: Place
  /** True where the value stood alone on a line below its label. */
  readonly listed: boolean
}

/** A label that the lines below it may belong to. */
interface Open {
  readonly label: string
  readonly written: string
  /** Lines deeper than this belong to it. */
  readonly indent: number
  filled: boolean
}

/** Reads the many dialects of `key: value`: blocks, headings with values below them, dot leaders, brackets, tabs, prose. */
export function readFields(text: string): Field[] {
  const rows = readRows(text)
  const fields: Field[] = []
  let place: Place = 'domain'
  let heading: Open | null = null
  let key: Open | null = null
  let startsBlock = true

  const say = (open: Open, value: string, listed: boolean) => {
    open.filled = true
    fields.push({ label: open.label, written: open.written, value, place, listed })
  }

  // A field we know, set off from a heading that has nothing below it, is none of the heading's.
  const leavesEmptyHeading = (row: { readonly indent: number; readonly label: string }) =>
    startsBlock && heading?.filled === false && row.indent <= heading.indent && factOf(row.label) !== undefined
  const leave = () => {
    heading = null
    place = 'domain'
  }

  for (const [index, row] of rows.entries()) {
    if (row.kind === 'gap') {
      key = null
      // A heading may be set off from its values by an empty line.
      if (heading?.filled !== false || row.text !== '') {
        heading = null
        place = placeOfComment(row.text)
      }
      startsBlock = true
      continue
    }
    if (row.kind === 'title' && opensSection(row, rows[index + 1], startsBlock, heading)) {
      place = placeUnder(row.label) ?? place
      heading = { ...row, filled: false }
      key = null
    } else if (row.kind === 'title' && row.colon) {
      if (leavesEmptyHeading(row)) leave()
      // At the beginning of a block it stands like a heading: its value may follow at its own depth.
      key = { ...row, indent: startsBlock ? row.indent - 1 : row.indent, filled: false }
    } else if (row.kind === 'pair') {
      if (leavesEmptyHeading(row)) leave()
      if (startsBlock && !heading) place = placeOfBlock(row.label) ?? place
      if (heading) heading.filled = true
      key = { ...row, filled: false }
      say(key, row.value, false)
    } else {
      const value = row.kind === 'title' ? row.written : row.text
      if (key && row.indent > key.indent) say(key, value, true)
      else if (heading) say(heading, value, true)
    }
    startsBlock = false
  }
  return fields
}

/** A known heading, alone on its line, that is not itself a value or an empty field among others. */
function opensSection(
  row: Extract<Row, { kind: 'title' }>,
  next: Row | undefined,
  startsBlock: boolean,
  heading: Open | null,
): boolean {
  const place = placeUnder(row.label)
  if (place === null) return false
  if (row.colon && next?.kind === 'gap') return startsBlock || place === 'name-servers'
  if (row.colon) return startsBlock || (next !== undefined && next.kind !== 'gap' && next.indent > row.indent)
  return heading === null || row.indent <= heading.indent
}

/** `% Registrar:` above a block is as good as a heading. */
const placeOfComment = (comment: string): Place => {
  const [, title] = /^([\p{L} ]{3,40}):$/u.exec(comment) ?? []
  return (title ? placeUnder(normaliseLabel(title)) : null) ?? 'domain'
}
