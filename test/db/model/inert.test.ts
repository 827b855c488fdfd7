import { existsSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { inert, inertJson } from '#db/model/inert.ts'
import { renderReport } from '#apps/cli/report/render.ts'
import { plain } from '#apps/cli/terminal.ts'
import { aFinding, aRun, aScan } from '#test/apps/cli/support/make.ts'

/** What a terminal obeys, and what a reader cannot see. */
const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\\', 'x', '1', 'b', 'u', '{', '}', '\x1b', '\u202e', '\u{e0041}', '\ud800', 'é'),
  }),
  fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
)

test('no text brings a control, a bidi control or an invisible character to a terminal', () => {
  fc.assert(fc.property(anyText, (text) => !dangerous.test(inert(text))))
  fc.assert(fc.property(anyText, (text) => !dangerous.test(inertJson({ [text]: [text] }))))
})

test('what is shown says exactly what came: no two texts look the same', () => {
  const read = (shown: string) =>
    shown.replaceAll(
      /\\(?:([\\nrt])|x([\da-f]{2})|u\{([\da-f]+)\})/g,
      (_all, short: string | undefined, byte, point) => {
        if (short !== undefined) return { '\\': '\\', n: '\n', r: '\r', t: '\t' }[short] ?? ''
        return String.fromCodePoint(Number.parseInt(byte ?? point, 16))
      },
    )
  fc.assert(fc.property(anyText, (text) => read(inert(text)) === text))
})

test('JSON stays the same value to a parser', () => {
  fc.assert(
    fc.property(fc.jsonValue(), anyText, (value, text) => {
      expect(JSON.parse(inertJson({ value, text }))).toEqual(JSON.parse(JSON.stringify({ value, text })))
    }),
  )
})

test.each([
  ['plain words', 'plain words'],
  ['bücher, 日本語, नमस्ते', 'bücher, 日本語, नमस्ते'],
  ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
  ['\\x1b[31m', '\\\\x1b[31m'],
  ['a\r\nb\tc\0', 'a\\r\\nb\\tc\\x00'],
  ['\x9b31m', '\\x9b31m'],
  ['\u202egpj', '\\u{202e}gpj'],
  ['pay\u200bpal', 'pay\\u{200b}pal'],
  ['a\u00a0b', 'a\\xa0b'],
  ['e\u0301', 'e\u0301'],
  ['e\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301\\u{301}'],
  ['\u0301at the beginning', '\\u{301}at the beginning'],
])('%j is shown as %s', (text, shown) => {
  expect(inert(text)).toBe(shown)
})

const corpus = new URL('../../../../shared/corpus/hostile/', import.meta.url)
const hasCorpus = existsSync(corpus)
if (!hasCorpus) console.log('skipped: no hostile corpus')

interface Line {
  readonly id: string
  readonly value_b64?: string
  readonly bytes_b64?: string | null
  readonly repeat?: { readonly unit_b64: string; readonly count: number }
}

const linesOf = (file: string): Line[] =>
  readFileSync(new URL(file, corpus), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

const bytesOf = ({ value_b64, bytes_b64, repeat }: Line) =>
  repeat
    ? Buffer.concat(Array<Buffer>(Math.min(repeat.count, 4096)).fill(Buffer.from(repeat.unit_b64, 'base64')))
    : Buffer.from(value_b64 ?? bytes_b64 ?? '', 'base64')

test.runIf(hasCorpus).each(['terminal-escapes.jsonl', 'banners.jsonl'])(
  'every line of %s is inert in a report and as JSON',
  (file) => {
    const lines = linesOf(file)
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) {
      for (const encoding of ['latin1', 'utf8'] as const) {
        const text = bytesOf(line).toString(encoding)
        const report = reportOf(text)
        expect(report.replaceAll('\n', ''), line.id).not.toMatch(dangerous)
        expect(inertJson({ text }), line.id).not.toMatch(dangerous)
        expect(JSON.parse(inertJson({ text })), line.id).toEqual({ text })
      }
    }
  },
)

test('a hostile text stays on its line wherever it stands in a report', () => {
  const lines = (text: string) => reportOf(text).split('\n').length
  expect(lines('x\ny\x1b[2J')).toBe(lines('x__y'))
})

/** A report in which every text that is not ours is this one. */
function reportOf(text: string): string {
  const gaps = [{ what: text, reason: text }]
  const coverage = { unit: text, asked: 2, answered: 1, silent: 1, unanswered: gaps, leftOut: gaps }
  const heard = { port: 22, service: text, guessedFrom: 'banner', banner: text }
  const result = { addresses: [{ address: text, open: '22', services: [heard] }] }
  const found = {
    title: text,
    subject: text,
    address: text,
    remedy: text,
    reference: text,
    rule: text,
    evidence: { [text]: text },
  }
  const scan = aScan({
    target: { canonical: text, display: `${text}!` },
    runs: [
      aRun({ scanner: 'ports', coverage, result }),
      aRun({ scanner: text, status: 'failed', reason: text, detail: `${text}!`, coverage }),
    ],
    findings: [aFinding(found), aFinding({ ...found, verdict: 'unknown', reason: text })],
  })
  return renderReport(scan, { width: 10_000_000, paint: plain, link: text })
}
