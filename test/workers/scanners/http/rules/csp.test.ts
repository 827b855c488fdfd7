import { expect, test } from 'vitest'
import { head, scanThrough, scriptedSite, securePage, verdicts } from '../scripted-site.ts'

const site = 'https://example.org/'
const rules = (names: string) => names.split(' ').map((name) => `http/csp-${name}`)

async function scan(fields: readonly string[], markup?: string) {
  const { result } = await scanThrough(scriptedSite(securePage(fields, markup)))
  return (rule: string) => verdicts(result, rule)[site] ?? 'not asked'
}

const policy = (value: string) => [`Content-Security-Policy: ${value}`]
const meta = (value: string) => `<meta http-equiv="content-security-policy" content="${value}">`
const strict = "default-src 'none'; base-uri 'none'; form-action 'none'"

/** A policy, and the only rules that are wrong with it. */
test.each([
  [strict, ''],
  [
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'nonce-MTIzNDU2Nzg5MDEyMzQ1Ng'; base-uri 'none'; form-action 'none'",
    '',
  ],
  [`script-src 'self' 'unsafe-inline'; ${strict}`, 'script-inline'],
  [`script-src-attr 'unsafe-inline'; ${strict}`, 'script-inline'],
  [`script-src-elem 'unsafe-inline'; ${strict}`, 'script-inline'],
  [`style-src 'unsafe-inline'; ${strict}`, 'style-inline'],
  [`script-src 'unsafe-eval'; ${strict}`, 'script-eval'],
  [`script-src 'wasm-unsafe-eval'; ${strict}`, ''],
  [`script-src *; ${strict}`, 'script-any-host'],
  [`script-src http: https: 'strict-dynamic' 'nonce-MTIzNDU2Nzg5MDEyMzQ1Ng'; ${strict}`, ''],
  [`script-src data:; ${strict}`, 'script-data'],
  [`script-src http://a.example; ${strict}`, 'http-source'],
  [`script-src http: https:; ${strict}`, 'script-any-host'],
  ["img-src *; base-uri 'none'; form-action 'none'; object-src 'none'", 'script-unrestricted'],
  ["script-src 'none'; style-src 'none'; base-uri 'none'; form-action 'none'", 'object-unrestricted'],
  [`object-src https:; ${strict}`, 'object-unrestricted'],
  ["default-src 'none'", 'base-uri-missing form-action-missing'],
  [`${strict}; img-src='self'`, 'unknown-directive'],
  [`img-src self; ${strict}`, 'unquoted-keyword'],
  [`${strict}; sandbox allow-scripts; report-to none`, ''],
  [`${strict}; default-src *`, 'duplicate-directive'],
  [`img-src 'none' 'self'; ${strict}`, 'none-combined'],
  [`script-src 'nonce-abc'; ${strict}`, 'nonce-short'],
  [`${strict}; plugin-types application/pdf`, 'deprecated-directive'],
])('%s: %s', async (value, wrong) => {
  const said = await scan(policy(value))
  const found = rules(
    'missing report-only script-inline script-eval script-any-host script-data script-unrestricted object-unrestricted base-uri-missing form-action-missing style-inline unknown-directive unquoted-keyword duplicate-directive none-combined http-source nonce-short meta-ignored meta-late deprecated-directive',
  ).filter((rule) => said(rule) === 'present')
  expect(found).toEqual(wrong === '' ? [] : rules(wrong))
})

test('something passes only where every policy lets it', async () => {
  const weak = "script-src * 'unsafe-inline' 'unsafe-eval' data:"
  const said = await scan([...policy(weak), ...policy(strict)])
  for (const rule of rules('script-inline script-eval script-any-host script-data')) expect(said(rule)).toBe('absent')
  const commas = await scan(policy(`${weak}, ${strict}`))
  expect(commas('http/csp-script-inline')).toBe('absent')
})

test('a policy in a meta element counts as one, in the head only', async () => {
  const weak = policy("default-src 'self' 'unsafe-inline'")
  expect((await scan(weak, meta(strict)))('http/csp-script-inline')).toBe('absent')
  expect((await scan(weak, `<body>${meta(strict)}`))('http/csp-script-inline')).toBe('present')
  expect((await scan([], meta(strict)))('http/csp-missing')).toBe('absent')
})

test('what a meta element cannot do is a finding', async () => {
  expect((await scan([], meta(`${strict}; frame-ancestors 'none'`)))('http/csp-meta-ignored')).toBe('present')
  expect((await scan([], `<script></script>${meta(strict)}`))('http/csp-meta-late')).toBe('present')
  const reporting = '<meta http-equiv="Content-Security-Policy-Report-Only" content="default-src *">'
  expect((await scan([], reporting))('http/csp-missing')).toBe('present')
})

test('a policy that only reports is none, and is said to be there', async () => {
  const said = await scan([`Content-Security-Policy-Report-Only: ${strict}`])
  expect([said('http/csp-missing'), said('http/csp-report-only')]).toEqual(['not asked', 'present'])
  expect(said('http/csp-script-inline')).toBe('not asked')
})

test('without a policy nothing is said of what it would let through', async () => {
  const said = await scan(policy(''))
  expect(said('http/csp-missing')).toBe('present')
  for (const rule of rules('report-only script-inline base-uri-missing')) expect(said(rule)).toBe('not asked')
})

test('of what is no page nothing is asked', async () => {
  const { result } = await scanThrough(
    scriptedSite({ ...securePage([]), [site]: `${head('200 OK', 'Content-Type: application/json')}{}` }),
  )
  for (const rule of ['http/csp-missing', 'http/framing-allowed', 'http/referrer-policy-missing']) {
    expect(verdicts(result, rule)).toEqual({})
  }
  expect(verdicts(result, 'http/nosniff-missing')).toEqual({ [site]: 'present' })
})

test('in a page that breaks off, only what is certain is said', async () => {
  const cut = (markup: string) => [
    ...policy("script-src 'self' 'unsafe-inline'; default-src 'none'"),
    'Content-Length: 9999',
    markup,
  ]
  const early = await scan(cut(''), '<title>x</title>')
  expect(early('http/csp-script-inline')).toBe('unknown: page-not-read-to-its-end')
  expect(early('http/csp-script-eval')).toBe('absent')
  expect(early('http/csp-meta-late')).toBe('unknown: page-not-read-to-its-end')
  const late = await scan(cut(''), '<title>x</title><body>')
  expect(late('http/csp-script-inline')).toBe('present')
})

test('a policy beyond all measure is not judged', async () => {
  const said = await scan(
    policy(`script-src ${Array.from({ length: 1500 }, (_, n) => `h${n}.example`).join(' ')}; ${strict}`),
  )
  expect(said('http/csp-script-inline')).toBe('unknown: policy-too-large')
})
