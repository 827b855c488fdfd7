import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Language } from '#db/model/words/language.ts'
import { openBrowser } from '#test/support/browser.ts'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'
import { formats, type ReportFormat, reportFormats } from '#workers/documents/report/formats.ts'
import { reportJson, reportJsonSchema } from '#workers/documents/report/json.ts'
import { hidden, type Report, type ReportedFinding } from '#workers/documents/report/report.ts'

const hasSpreadsheet = spawnSync('soffice', ['--version']).status === 0
if (!hasSpreadsheet) console.log('skipped: there is no LibreOffice on this machine')
const browser = await openBrowser()
afterAll(() => browser?.close())

const finding = (facts: Partial<ReportedFinding> = {}): ReportedFinding => ({
  target: 'shop.example',
  rule: 'ports/database-exposed',
  title: 'A database can be reached',
  severity: 'high',
  subject: '5432/tcp',
  addresses: ['192.0.2.1'],
  state: 'open',
  isRetested: true,
  decision: 'none',
  decidedReason: null,
  openedAt: new Date('2026-05-01T00:00:00Z'),
  lastConfirmedAt: new Date('2026-05-02T00:00:00Z'),
  remedy: 'Let the database listen on a private address only.',
  reference: 'CWE-668',
  fingerprint: 'a'.repeat(32),
  evidence: { banner: 'ready' },
  ...facts,
})
const report = (findings: readonly ReportedFinding[], about = 'shop.example'): Report => ({
  kind: 'target',
  about,
  generatedAt: new Date('2026-05-03T00:00:00Z'),
  scan: null,
  findings,
  untold: [
    { target: 'shop.example', what: 'The certificate has expired: 443/tcp', address: '192.0.2.7', reason: 'no-answer' },
  ],
  runs: [
    { scanner: 'ports', title: 'TCP ports', status: 'completed', reason: null, asked: 10, answered: 9, unit: 'ports' },
  ],
  isCut: false,
  lastToldAt: new Date('2026-05-02T00:00:00Z'),
})
type TextFormat = Exclude<ReportFormat, 'pdf'>
const textFormats = reportFormats.filter((format): format is TextFormat => format !== 'pdf')
const write = (format: TextFormat, what: Report, language: Language = 'en'): string =>
  formats[format].write(what, language)

test('every format says what is wrong, where, what to do, and what could not be told', () => {
  for (const format of textFormats) {
    const text = write(format, report([finding()])).replaceAll('\\', '')
    for (const said of ['A database can be reached', '5432', 'Let the database listen'])
      expect(`${format}: ${text}`).toContain(said)
    if (format !== 'sarif') expect(`${format}: ${text}`).toMatch(/expired.*192\.0\.2\.7/)
  }
})

test('what is shown to outsiders has no address and nothing that the target sent', () => {
  const shown = hidden(report([finding({ decidedReason: 'the old shop' })]))
  for (const format of textFormats) {
    const text = write(format, shown).replaceAll('\\', '')
    expect(`${format}: ${text}`).toContain('A database can be reached')
    for (const kept of ['192.0.2.', 'ready', 'the old shop']) expect(`${format}: ${text}`).not.toContain(kept)
  }
})

test('no findings and something untold is not called well', () => {
  for (const format of ['html', 'markdown', 'json'] as const)
    expect(write(format, report([])).replaceAll('\\', '')).toContain(
      'Nothing was found to be wrong; 1 could not be told.',
    )
})

test('a German report is German wherever people read it, and what a program reads stays English', () => {
  const runs = [
    {
      scanner: 'http',
      title: 'Webserver',
      status: 'failed',
      reason: 'deadline',
      asked: 4200,
      answered: 9,
      unit: 'requests',
    },
  ] as const
  const what: Report = { ...report([finding({ state: 'regressed', isRetested: false })]), runs }
  for (const format of ['html', 'markdown'] as const) {
    const text = write(format, what, 'de').replaceAll('\\', '').replaceAll('&#58;', ':')
    for (const said of [
      '1 hoch; 1 nicht zu klären.',
      'wieder aufgetreten, vom letzten Scan nicht erneut geprüft',
      '9 von 4.200 Anfragen',
      'die dafür gesetzte Zeit ist abgelaufen',
      '1. Mai 2026, 00:00 UTC',
      'Was zu tun ist',
    ])
      expect(`${format}: ${text}`).toContain(said)
    expect(text).not.toMatch(/\b(high|Where|State|Seen|Rests on|not re-tested|completed)\b/)
  }
  expect(write('html', what, 'de')).toContain('<html lang="de">')
  for (const format of ['json', 'csv', 'sarif'] as const) expect(write(format, what, 'de')).toBe(write(format, what))
})

test('the data are as the published schema says, and all of them stand in it', () => {
  const schema = JSON.parse(JSON.stringify(reportJsonSchema())) as Parameters<typeof z.fromJSONSchema>[0]
  const published = z.fromJSONSchema(schema)
  for (const what of [report([finding(), finding({ evidence: null, openedAt: null })]), report([])]) {
    const data: unknown = JSON.parse(write('json', what))
    expect(published.safeParse(data).error).toBeUndefined()
    expect(reportJson.parse(data)).toEqual(data)
  }
  expect(published.safeParse({ ...JSON.parse(write('json', report([]))), findings: 'none' }).success).toBe(false)
})

describe('SARIF', () => {
  // The standard's own schema, with the validator that comes beside it.
  const beside = createRequire(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json'))
  type Validate = ((log: object) => boolean) & { errors: unknown }
  const Ajv = beside('ajv') as new (
    options: object,
  ) => { addMetaSchema(schema: unknown): void; compile(schema: unknown): Validate }
  const ajv = new Ajv({ schemaId: 'auto', meta: false, unknownFormats: 'ignore', validateSchema: false })
  ajv.addMetaSchema(beside('ajv/lib/refs/json-schema-draft-04.json'))
  const validate = ajv.compile(beside('./lib/schemas/sarif-2.1.0-rtm.5.json'))
  const valid = (what: Report) => {
    const log = JSON.parse(write('sarif', what)) as {
      runs: [{ results: { kind: string; level: string; suppressions?: object[] }[] }]
    }
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...log, version: '1.0' })).toBe(false)
    return log.runs[0].results
  }
  test('is valid, whatever stands in it', () => {
    valid(report([]))
    const results = valid(
      report([
        finding(),
        finding({ isRetested: false, subject: '3306/tcp' }),
        finding({
          decision: 'accepted',
          decidedReason: 'a move',
          fingerprint: null,
          evidence: null,
          target: 'bücher.example',
          severity: 'info',
        }),
      ]),
    )
    expect(results.map(({ kind, level }) => [kind, level])).toEqual([
      ['fail', 'error'],
      ['open', 'none'],
      ['fail', 'note'],
    ])
    expect(results[2]!.suppressions).toMatchObject([{ justification: 'a move' }])
  })
})

const hasPoppler = spawnSync('pdfinfo', ['-v']).status === 0
if (!hasPoppler) console.log('skipped: reading PDFs back, since there is no pdfinfo')

describe.runIf(hasPoppler)('PDF', () => {
  const read = async (what: Report) => {
    const file = join(mkdtempSync(join(tmpdir(), 'portlight-pdf-')), 'report.pdf')
    writeFileSync(file, await formats.pdf.write(what, 'en'))
    const run = (program: string, ...args: string[]) =>
      execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString()
    return {
      info: run('pdfinfo', file),
      structure: run('pdfinfo', '-struct-text', file),
      text: run('pdftotext', '-layout', file, '-'),
    }
  }
  test('is tagged: its structure says headings and paragraphs, in order, with their texts', async () => {
    const { info, structure, text } = await read(
      report([finding(), finding({ isRetested: false, subject: '3306/tcp' })]),
    )
    expect(info).toMatch(/Tagged:\s+yes/)
    expect(info).toMatch(/Title:\s+Portlight: shop\.example/)
    const kinds = [...structure.matchAll(/^\s*(Document|H1|H2|H3|P)\b/gm)].map(([, kind]) => kind)
    expect(kinds.slice(0, 6)).toEqual(['Document', 'H1', 'P', 'P', 'H2', 'H3'])
    for (const said of [
      'A database can be reached',
      '5432/tcp',
      'Let the database listen',
      'not re-tested by the last scan',
    ])
      expect(structure.replaceAll(/\s+/g, ' ')).toContain(said)
    expect(text).toContain('Could not be told')
  })
  test('spells letters that its font lacks, and what turns a reader around, and drops none', async () => {
    const { text } = await read(report([finding({ subject: 'снег \u202Etxt.exe\u001b[31m 雪' })]))
    const plain = text.replaceAll(/\s+/g, '')
    for (const spelled of ['\\u{441}', '\\u{202e}', '\\x1b', '\\u{96ea}']) expect(plain).toContain(spelled)
    expect(text).not.toMatch(/[\u001b\u202a-\u202e]/)
  })
})

describe('what a target sent', () => {
  const nasty = [
    ...hostileCorpus<{ value?: string; payload?: string; cell?: string }>('csv-injection.jsonl'),
    ...hostileCorpus<{ value?: string; payload?: string; bytes?: string }>('terminal-escapes.jsonl'),
  ].flatMap((line) => Object.values(line).filter((value): value is string => typeof value === 'string'))
  const planted = [
    '<script>window.__pwn = 1</script>',
    '"><img src=x onerror="window.__pwn=1">',
    '=HYPERLINK("http://evil.example","x")',
    '@SUM(1+1)*cmd|calc',
    '\t=1+1',
    '  +1',
    '[click](javascript:alert(1)) ![x](http://evil.example/x.png) <http://evil.example>',
    '| a | b |\n# heading',
    '\u202Eexe.txt\u0000\u001b[31m',
    'https://evil.example/ auto@evil.example',
    ...nasty,
  ]
  const hostile = report(
    planted.map((text) =>
      finding({
        subject: text,
        target: text,
        decidedReason: text,
        decision: 'accepted',
        evidence: { banner: text },
        addresses: [text],
      }),
    ),
    planted[1],
  )

  test.runIf(hasSpreadsheet)('is text in every cell of a real spreadsheet', { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'spreadsheet-'))
    const csv = join(folder, 'report.csv')
    writeFileSync(csv, write('csv', hostile))
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`
    // Read as a person's double click reads it: UTF-8, commas, and formulas where there are any.
    execFileSync('soffice', [
      profile,
      '--headless',
      '--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1',
      '--convert-to',
      'fods',
      '--outdir',
      folder,
      csv,
    ])
    const sheet = readFileSync(join(folder, 'report.fods'), 'utf8')
    expect(sheet.match(/<table:table-row\b/g)!.length).toBeGreaterThan(planted.length)
    expect(sheet).toContain('HYPERLINK')
    expect(sheet).not.toMatch(/table:formula=|xlink:href="http|<script:event-listener/)
  })
  test('begins no formula in a spreadsheet, and breaks no line', () => {
    const rows = parse<Record<string, string>>(write('csv', hostile), { columns: true })
    expect(rows).toHaveLength(planted.length + 1)
    for (const row of rows)
      for (const value of Object.values(row)) expect(value).not.toMatch(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/)
  })
  test('is no Markdown, and no link', () => {
    const text = write('markdown', hostile)
    expect(text).not.toMatch(/[<>]|https?:\/\/|\w@\w|(?<!\\)\]\(|[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1)
  })
  test('stays data in JSON and SARIF', () => {
    expect((JSON.parse(write('json', hostile)) as Report).findings.map(({ subject }) => subject)).toEqual(
      planted.map((text) => text.toWellFormed()),
    )
    expect(() => void JSON.parse(write('sarif', hostile))).not.toThrow()
  })
  test.runIf(browser)('runs nothing and asks for nothing in a real browser', async () => {
    const page = await browser!.newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.setContent(write('html', hostile))
    expect(await page.evaluate(() => '__pwn' in globalThis)).toBe(false)
    expect(asked).toEqual([])
    expect(await page.locator('script, img, a, iframe, form').count()).toBe(0)
    expect(await page.locator('article').count()).toBe(planted.length)
    await page.close()
  })
})

test.runIf(browser)(
  'the page has one heading of the first rank, a language, and no part that axe objects to',
  async () => {
    const page = await browser!.newPage()
    await page.setContent(write('html', report([finding(), finding({ severity: 'low', isRetested: false })])))
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    const ranks = await page.locator('h1, h2, h3').evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])))
    for (let i = 1; i < ranks.length; i++) expect(ranks[i]! - ranks[i - 1]!).toBeLessThanOrEqual(1)
    expect(await page.locator('th:not([scope])').count()).toBe(0)
    await page.close()
  },
)
