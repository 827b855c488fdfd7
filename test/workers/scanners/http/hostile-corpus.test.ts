import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { http } from '#workers/scanners/http/index.ts'
import { parseHead } from '#workers/scanners/http/message/head.ts'
import { membersOf } from '#workers/scanners/http/message/fields.ts'
import { mediaTypeOf } from '#workers/scanners/http/message/media-type.ts'
import { parsePolicies } from '#workers/scanners/http/policy/csp.ts'
import { readPage } from '#workers/scanners/http/policy/html.ts'
import { parseHsts } from '#workers/scanners/http/policy/hsts.ts'
import { parseSetCookie } from '#workers/scanners/http/policy/set-cookie.ts'
import { tellsVersion } from '#workers/scanners/http/rules/disclosure.ts'
import { scanThrough, scriptedSite } from './scripted-site.ts'

const folder = '../shared/corpus/hostile'
const isThere = existsSync(folder)
if (!isThere) console.log('skipped: no hostile corpus')

const linesOf = <Line>(file: string): Line[] =>
  isThere
    ? readFileSync(`${folder}/${file}`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line)
    : []

interface HeaderCase {
  readonly id: string
  readonly header_b64: string
  readonly expect: string
}

test.skipIf(!isThere).each(linesOf<HeaderCase>('response-headers.jsonl'))(
  '$id is kept and obeyed in nothing: $expect',
  async ({ header_b64, expect: promise }) => {
    const field = Buffer.from(header_b64, 'base64').toString('latin1')
    const isLocation = /^location/i.test(field)
    const says = `HTTP/1.1 ${isLocation ? '302 Found' : '200 OK'}\r\n${field}\r\n\r\n<title>x</title>`
    const site = scriptedSite({ 'http://example.org/': says, 'https://example.org/': says })
    const { result } = await scanThrough(site)

    expect(site.dialled.toSorted()).toEqual(['192.0.2.10:443', '192.0.2.10:80'])
    for (const { head } of site.requests) expect(head).not.toMatch(/^authorization|^cookie/im)
    for (const rule of http.rules) expect(rule.check(result, new Date()).length, rule.id).toBeLessThanOrEqual(2)
    const deviations = result.walks.https.hops[0]?.response?.deviations
    if (promise === 'error recorded') expect(deviations).not.toEqual([])
  },
)

interface RegexCase {
  readonly id: string
  readonly unit: string
  readonly suffix: string
}

const parsers: Record<string, (text: string) => unknown> = {
  head: (text) => parseHead(Buffer.from(`HTTP/1.1 200 OK\r\n${text}: ${text}\r\n\r\n`, 'latin1')),
  members: (text) => membersOf([{ name: 'a', value: text }], 'a'),
  mediaType: (text) => mediaTypeOf([{ name: 'Content-Type', value: text }]),
  hsts: parseHsts,
  cookie: (text) => parseSetCookie(`a=1; Expires=${text}; ${text}`),
  policies: (text) => parsePolicies([text]),
  page: readPage,
  attributes: (text) => readPage(`<meta ${text}`),
  version: tellsVersion,
}

const octets = 256 * 1024
const units = [' ', '\t', '"', '<', '<a ', '(', '1.', '<!--', ';', '&', 'a="', '<script', '\\"']
const long = [
  ...linesOf<RegexCase>('redos.jsonl').map(({ unit, suffix }) => ({ unit, suffix })),
  ...units.map((unit) => ({ unit, suffix: 'x' })),
]

// Not a measurement: what takes square time over a quarter of a million octets does not end within any test's limit.
test.each(long)(
  '$unit over and over, then $suffix, is read in a time that grows with its length',
  ({ unit, suffix }) => {
    const text = unit.repeat(Math.ceil(octets / unit.length)).slice(0, octets) + suffix
    for (const [name, parse] of Object.entries(parsers)) expect(() => parse(text), name).not.toThrow()
  },
)
