import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import type { BatchPurpose } from '#db/model/batch.ts'

/** What one line of an upload asks for, or what is wrong with the line. */
export type UploadedRow = { readonly number: number; readonly given: string } & (
  | { readonly ask: unknown }
  | { readonly wrong: string }
)

/** The upload cannot be read any further. */
export class UnreadableError extends Error {
  override name = 'UnreadableError'
}

export interface RowsIn {
  readonly rows: AsyncIterable<UploadedRow>
  /** Columns that mean nothing here, known once the rows have been read. */
  readonly ignoredColumns: readonly string[]
}

const lineCharactersAtMost = 10_000
const givenCharacters = 300

/** The rows of an upload, in order. Reading them @throws UnreadableError for what is no such file at all. */
export const rowsIn = (
  format: 'csv' | 'ndjson',
  bytes: AsyncIterable<Buffer>,
  purpose: BatchPurpose = 'scans',
): RowsIn => (format === 'csv' ? csvRows(bytes, purpose) : { rows: jsonRows(bytes), ignoredColumns: [] })

const targetNames = ['target', 'host', 'hostname', 'domain', 'address']
const columns = {
  scans: ['target', 'scanners', 'maxage'],
  targets: ['target', 'name', 'tags', 'ownercontact', 'note'],
} as const
type Column = (typeof columns)[BatchPurpose][number]
type Places = Partial<Record<Column, number>>

/** RFC 4180, with or without a head: one that names a column `target` (or host, domain, address). Without one the first field is the target. */
function csvRows(bytes: AsyncIterable<Buffer>, purpose: BatchPurpose): RowsIn {
  const ignoredColumns: string[] = []
  return { rows: read(), ignoredColumns }

  async function* read(): AsyncGenerator<UploadedRow> {
    const records = Readable.from(bytes).pipe(
      parse({
        bom: true,
        encoding: 'utf8',
        info: true,
        relax_column_count: true,
        relax_quotes: true,
        skip_empty_lines: true,
        trim: true,
        max_record_size: lineCharactersAtMost,
      }),
    )
    let places: Places | undefined
    try {
      for await (const { record, info } of records as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
        if (places === undefined) {
          const head = headOf(record, purpose)
          places = head ?? { target: 0 }
          if (head !== null) {
            ignoredColumns.push(
              ...record.filter((name) => name !== '' && columnOf(name, purpose) === null).slice(0, 100),
            )
            continue
          }
        }
        yield {
          number: info.lines,
          given: record.join(',').slice(0, givenCharacters),
          ...asks[purpose](record, places),
        }
      }
    } catch (error) {
      const { code, lines } = error as { code?: string; lines?: number }
      if (!code?.startsWith('CSV_')) throw error
      throw new UnreadableError(`Line ${lines ?? '?'}: ${(error as Error).message.slice(0, 200)}`)
    }
  }
}

function columnOf(name: string, purpose: BatchPurpose): Column | null {
  const plain = name.toLowerCase().replaceAll(/[ _-]/g, '')
  if (targetNames.includes(plain)) return 'target'
  return columns[purpose].find((column) => column === plain) ?? null
}

function headOf(record: readonly string[], purpose: BatchPurpose): Places | null {
  const places: Places = {}
  for (const [place, name] of record.entries()) {
    const column = columnOf(name, purpose)
    if (column !== null) places[column] ??= place
  }
  return places.target === undefined ? null : places
}

type Asked = { readonly ask: unknown } | { readonly wrong: string }
const asks: Readonly<Record<BatchPurpose, (record: readonly string[], places: Places) => Asked>> = {
  scans: (record, places) => {
    const [target, scanners, maxAge] = fieldsOf(record, places, columns.scans)
    if (target === '') return { wrong: 'It names no target.' }
    if (!/^\d*$/.test(maxAge)) return { wrong: 'maxAge is a whole number of seconds.' }
    const names = namesIn(scanners)
    return {
      ask: {
        target,
        ...(names.length === 0 ? {} : { scanners: Object.fromEntries(names.map((name) => [name, {}])) }),
        ...(maxAge === '' ? {} : { maxAge: Number(maxAge) }),
      },
    }
  },
  targets: (record, places) => {
    const [target, name, tags, ownerContact, note] = fieldsOf(record, places, columns.targets)
    if (target === '') return { wrong: 'It names no target.' }
    const given = Object.entries({ name, ownerContact, note }).filter(([, text]) => text !== '')
    return { ask: { target, ...Object.fromEntries(given), ...(tags === '' ? {} : { tags: namesIn(tags) }) } }
  },
}

/** The fields of these columns; an empty text where there is none. */
const fieldsOf = <const Columns extends readonly Column[]>(
  record: readonly string[],
  places: Places,
  columns: Columns,
) =>
  // Safe cast: map keeps the length, which TypeScript cannot follow.
  columns.map((column) => record[places[column] ?? -1] ?? '') as { [Place in keyof Columns]: string }

const namesIn = (text: string) => text.split(/[\s;,|]+/).filter((name) => name !== '')

/** A row is a target, or an object with one. */
async function* jsonRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<UploadedRow> {
  for await (const { text, number } of linesOf(bytes)) {
    const given = text.slice(0, givenCharacters)
    if (text.length > lineCharactersAtMost) yield { number, given, wrong: 'The line is too long.' }
    else if (text.trim() !== '') yield { number, given, ...parsed(text) }
  }
}

function parsed(text: string): { ask: unknown } | { wrong: string } {
  try {
    const ask: unknown = JSON.parse(text)
    return { ask: typeof ask === 'string' ? { target: ask } : ask }
  } catch {
    return { wrong: 'The line is no JSON.' }
  }
}

/** A line that is too long is cut, not gathered. */
async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<{ text: string; number: number }> {
  const decoder = new TextDecoder('utf-8')
  let rest = ''
  let number = 0
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = (lines.pop() ?? '').slice(0, lineCharactersAtMost + 1)
    for (const text of lines) yield { text, number: ++number }
  }
  rest += decoder.decode()
  if (rest !== '') yield { text: rest, number: ++number }
}
