import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rowsIn, type UploadedRow, UnreadableError } from '#workers/batches/rows-in.ts'

async function* pieces(text: string | Buffer, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function read(format: 'csv' | 'ndjson', text: string | Buffer) {
  const { rows, ignoredColumns } = rowsIn(format, pieces(text))
  const found: UploadedRow[] = []
  for await (const row of rows) found.push(row)
  return { rows: found, ignoredColumns }
}
const targetsOf = ({ rows }: { rows: UploadedRow[] }) =>
  rows.map((row) => ('ask' in row ? (row.ask as { target: string }).target : row.wrong))

describe('CSV', () => {
  test('a head names the columns, in any order and spelling; what means nothing is said', async () => {
    const text = 'Owner,Max Age,Host,scanners\nada,60,example.org,ports tls\nbob,,www.example.org,\n'
    expect(await read('csv', text)).toEqual({
      ignoredColumns: ['Owner'],
      rows: [
        {
          number: 2,
          given: 'ada,60,example.org,ports tls',
          ask: { target: 'example.org', scanners: { ports: {}, tls: {} }, maxAge: 60 },
        },
        { number: 3, given: 'bob,,www.example.org,', ask: { target: 'www.example.org' } },
      ],
    })
  })

  test('without a head the first field is the target; numbers are lines, empty ones too', async () => {
    const { rows } = await read('csv', 'a.example\r\n\r\n"b.example"\r\nc.example')
    expect(rows.map(({ number }) => number)).toEqual([1, 3, 4])
    expect(targetsOf({ rows })).toEqual(['a.example', 'b.example', 'c.example'])
  })

  test('a byte order mark, and letters that are cut between two pieces, are read as they are', async () => {
    expect(targetsOf(await read('csv', '\uFEFFtarget\nbücher.example\n'))).toEqual(['bücher.example'])
  })

  test('a row without a target, and an age that is no number, are said at their rows', async () => {
    expect(targetsOf(await read('csv', 'target,maxAge\n,5\na.example,1h\n'))).toEqual([
      'It names no target.',
      'maxAge is a whole number of seconds.',
    ])
  })

  test('a quote that is never closed makes it unreadable, with the line', async () => {
    await expect(read('csv', 'target\n"a.example\nb.example\n')).rejects.toThrow(UnreadableError)
  })
})

test('NDJSON has targets, or objects; a line that is neither is said', async () => {
  const text = '"a.example"\n\n{"target":"b.example","maxAge":5}\nnot json\n{"target":"c.example"}'
  const { rows } = await read('ndjson', text)
  expect(targetsOf({ rows })).toEqual(['a.example', 'b.example', 'The line is no JSON.', 'c.example'])
  expect(rows.map(({ number }) => number)).toEqual([1, 3, 4, 5])
})

test('a line without end is cut, and said to be too long', async () => {
  const { rows } = await read('ndjson', `"${'a'.repeat(50_000)}"\n"b.example"\n`)
  expect(targetsOf({ rows })).toEqual(['The line is too long.', 'b.example'])
  expect(rows[0]!.given.length).toBe(300)
})

test('whatever bytes come, they are read or said to be unreadable', async () => {
  const formats = fc.constantFrom('csv' as const, 'ndjson' as const)
  await fc.assert(
    fc.asyncProperty(formats, fc.uint8Array({ maxLength: 400 }), async (format, bytes) => {
      await read(format, Buffer.from(bytes)).catch((error: unknown) => expect(error).toBeInstanceOf(UnreadableError))
    }),
    { numRuns: 500 },
  )
})
