import { expect, test } from 'vitest'
import type { ConnectOutcome, TlsOutcome } from '#workers/network/door.ts'
import { http } from '#workers/scanners/http/index.ts'
import { tellsVersion } from '#workers/scanners/http/rules/disclosure.ts'
import { head, scanThrough, scriptedSite, securePage, verdicts } from '../scripted-site.ts'

const plain = 'http://example.org/'
const secure = 'https://example.org/'

/** Which rules of a family are wrong with these fields of the HTTPS page, and which are fine. */
async function judged(family: RegExp, fields: readonly string[], markup?: string) {
  const { result } = await scanThrough(scriptedSite(securePage(fields, markup)))
  const rules = http.rules.map(({ id }) => id).filter((id) => family.test(id))
  const having = (verdict: string) =>
    rules.filter((rule) => verdicts(result, rule)[secure] === verdict).map((rule) => rule.slice(5))
  return { present: having('present'), absent: having('absent') }
}

const sts = (value: string) => `Strict-Transport-Security: ${value}`

test.each([
  [[], ['hsts-missing'], ['hsts-duplicate']],
  [[sts('')], ['hsts-invalid'], ['hsts-duplicate']],
  [
    [sts('max-age=0')],
    ['hsts-disabled'],
    ['hsts-missing', 'hsts-invalid', 'hsts-duplicate', 'hsts-preload-ineligible'],
  ],
  [
    [sts('max-age=15551999; includeSubDomains')],
    ['hsts-short'],
    expect.arrayContaining(['hsts-missing', 'hsts-no-subdomains']),
  ],
  [[sts('max-age=15552000')], ['hsts-no-subdomains'], expect.arrayContaining(['hsts-short'])],
  [[sts('max-age=31535999; includeSubDomains; preload')], ['hsts-preload-ineligible'], expect.anything()],
  [[sts('max-age=31536000; includeSubDomains; preload')], [], expect.arrayContaining(['hsts-preload-ineligible'])],
  [
    [sts('max-age=31536000; includeSubDomains'), sts('max-age=0')],
    ['hsts-duplicate'],
    expect.arrayContaining(['hsts-disabled']),
  ],
])('HSTS by %j: %j', async (fields, present, absent) => {
  expect(await judged(/hsts/, fields)).toEqual({ present, absent })
})

test('HSTS is read off the first HTTPS response of the host, not off where it leads', async () => {
  const says = {
    ...securePage([]),
    [secure]: head('301 Moved', 'Location: https://www.example.org/'),
    'https://www.example.org/': head('200 OK', sts('max-age=31536000')),
  }
  const { result } = await scanThrough(scriptedSite(says))
  expect(verdicts(result, 'http/hsts-missing')).toEqual({ [secure]: 'present' })
})

test('HSTS over plain HTTP is a finding of its own', async () => {
  const says = { ...securePage([]), [plain]: head('301 Moved', `Location: ${secure}`, sts('max-age=31536000')) }
  const { result } = await scanThrough(scriptedSite(says))
  expect(verdicts(result, 'http/hsts-over-http')).toEqual({ [plain]: 'present' })
  expect(verdicts(result, 'http/hsts-missing')).toEqual({ [secure]: 'present' })
})

const fa = (sources: string) => `Content-Security-Policy: frame-ancestors ${sources}`

test.each([
  [[], ['framing-allowed'], ['xfo-invalid', 'xfo-conflict']],
  [['X-Frame-Options: deny'], [], ['framing-allowed', 'xfo-invalid', 'xfo-conflict']],
  [['X-Frame-Options: ALLOW-FROM https://a.example'], ['framing-allowed', 'xfo-invalid'], ['xfo-conflict']],
  [['X-Frame-Options: SAMEORIGIN', 'X-Frame-Options: DENY'], ['xfo-conflict'], ['framing-allowed', 'xfo-invalid']],
  [[fa("'self'")], [], ['framing-allowed', 'xfo-invalid', 'xfo-conflict']],
  [[fa('')], [], ['framing-allowed', 'xfo-invalid', 'xfo-conflict']],
  [[fa('https:'), 'X-Frame-Options: DENY'], ['framing-allowed'], ['xfo-invalid', 'xfo-conflict']],
  [[fa('*'), fa("'none'")], [], ['framing-allowed', 'xfo-invalid', 'xfo-conflict']],
  [
    ["Content-Security-Policy-Report-Only: frame-ancestors 'none'"],
    ['framing-allowed'],
    ['xfo-invalid', 'xfo-conflict'],
  ],
])('framing by %j: %j', async (fields, present, absent) => {
  expect(await judged(/framing|xfo/, fields)).toEqual({ present, absent })
})

test('frame-ancestors in a meta element forbids nothing', async () => {
  const markup = `<meta http-equiv="Content-Security-Policy" content="frame-ancestors 'none'">`
  expect((await judged(/framing/, [], markup)).present).toEqual(['framing-allowed'])
})

test.each([
  [[], ['nosniff-missing'], ['nosniff-invalid']],
  [['X-Content-Type-Options: NoSniff, other'], [], ['nosniff-missing', 'nosniff-invalid']],
  [['X-Content-Type-Options: nosniff;'], ['nosniff-invalid'], []],
  [['X-Content-Type-Options: none', 'X-Content-Type-Options: nosniff'], ['nosniff-invalid'], []],
])('nosniff by %j: %j', async (fields, present, absent) => {
  expect(await judged(/nosniff/, fields)).toEqual({ present, absent })
})

test.each([
  [[], '', ['referrer-policy-missing']],
  [['Referrer-Policy: noreferrer'], '', ['referrer-policy-invalid']],
  [['Referrer-Policy: no-referrer, unsafe-url'], '', ['referrer-policy-unsafe']],
  [['Referrer-Policy: unsafe-url'], '<meta name=referrer content=origin>', []],
  [['Referrer-Policy: origin'], '<meta name=Referrer content=always>', ['referrer-policy-unsafe']],
  [[], '<meta name=referrer content=origin>', []],
])('referrer policy by %j and %j: %j', async (fields, markup, present) => {
  expect((await judged(/referrer/, fields, markup)).present).toEqual(present)
})

const cookie = (text: string) => [`Set-Cookie: ${text}`]

test.each([
  [[], []],
  [cookie('theme=dark; Secure'), []],
  [cookie('theme=dark'), ['cookie-no-secure']],
  [cookie('PHPSESSID=1'), ['cookie-no-secure', 'cookie-no-httponly', 'cookie-no-samesite']],
  [cookie('connect.sid=1; Secure; HttpOnly'), ['cookie-no-samesite']],
  [cookie('csrftoken=1; Secure'), []],
  [cookie('SESSION=; Max-Age=0'), []],
  [cookie('embed=1; SameSite=None'), ['cookie-no-secure', 'cookie-none-insecure']],
  [cookie('__Host-id=1; Secure; Path=/x'), ['cookie-prefix-violation']],
  [cookie('sid=1; Secure; HttpOnly; SameSite=Relaxed'), ['cookie-samesite-invalid']],
  [cookie('lang=en; Secure; Domain=org'), ['cookie-domain-invalid']],
  [cookie(`big=${'x'.repeat(4094)}; Secure`), ['cookie-too-large']],
])('cookies by %j: %j', async (fields, present) => {
  const said = await judged(/cookie-(?!over)/, fields)
  expect(said.present).toEqual(present)
  expect(said.present.length + said.absent.length).toBe(8)
})

test('a session cookie over plain HTTP is told by the plain response', async () => {
  const says = {
    ...securePage([]),
    [plain]: head('301 Moved', `Location: ${secure}`, 'Set-Cookie: auth=1; Secure; HttpOnly; SameSite=Lax'),
  }
  const { result } = await scanThrough(scriptedSite(says))
  expect(verdicts(result, 'http/cookie-over-http')).toEqual({ [plain]: 'present' })
  expect(verdicts(result, 'http/cookie-no-secure')).toEqual({ [secure]: 'absent' })
})

test.each([
  ['Apache/2.4.41 (Unix)', true],
  ['WSGIServer/0.2 CPython/3.11.4', true],
  ['Microsoft-IIS/10.0', true],
  ['nginx 1.25', true],
  ['Jetty(9.4.51)', true],
  ['proxy/v2', true],
  ['Apache (Debian)', false],
  ['Jetty(winstone)', false],
  ['AmazonS3', false],
  ['ECS (dcb/7F83)', false],
  ['edge 203.0.113.7', false],
  ['', false],
])('Server: %s tells a version: %s', (server, expected) => expect(tellsVersion(server)).toBe(expected))

test.each([
  [['X-Powered-By: Express'], '', ['technology-header']],
  [['X-AspNet-Version: 4.0'], '', ['technology-header']],
  [['Server: nginx/1.25.1'], '', ['server-version']],
  [['Server: nginx'], '<meta name=Generator content="WordPress 6.2.1">', ['generator-version']],
  [[], '<meta name=generator content="Drupal 10 (https://www.drupal.org)">', ['generator-version']],
  [[], '<meta name=generator content="TYPO3 CMS"><meta name=description content="Version 2.0">', []],
])('disclosure by %j and %j: %j', async (fields, markup, present) => {
  expect((await judged(/server-version|technology|generator/, fields, markup)).present).toEqual(present)
})

const refused: ConnectOutcome = { status: 'refused', roundTripMillis: 1 }
const without = (...ports: number[]) => {
  const site = scriptedSite({
    ...securePage([]),
    [plain]: `${head('200 OK', 'Content-Type: text/html')}<title>x</title>`,
  })
  return (outcome: ConnectOutcome) =>
    scanThrough({
      ...site,
      connect: (address, port, options) =>
        ports.includes(port) ? Promise.resolve(outcome) : site.connect(address, port, options),
    })
}

test('a refusing HTTPS port is a finding, and nothing that it would have said is known', async () => {
  const { result } = await without(443)(refused)
  expect(verdicts(result, 'http/https-unavailable')).toEqual({ [secure]: 'present' })
  expect(verdicts(result, 'http/hsts-missing')).toEqual({ [secure]: 'unknown: https-refused' })
  expect(verdicts(result, 'http/csp-missing')).toEqual({ [plain]: 'present' })
})

test('a silent HTTPS port is not known to be unavailable', async () => {
  const { result } = await without(443)({ status: 'silent' })
  expect(verdicts(result, 'http/https-unavailable')).toEqual({ [secure]: 'unknown: https-timeout' })
  expect(verdicts(result, 'http/cookie-no-secure')).toEqual({ [secure]: 'unknown: timeout' })
})

test('a refusing plain port serves nothing in the clear', async () => {
  const { result } = await without(80)(refused)
  for (const rule of ['no-https-redirect', 'hsts-over-http', 'cookie-over-http']) {
    expect(verdicts(result, `http/${rule}`)).toEqual({ [plain]: 'absent' })
  }
  expect(verdicts(result, 'http/server-version')).toEqual({ [secure]: 'absent' })
})

test.each<[TlsOutcome, string]>([
  [{ status: 'alert', alert: 'protocol_version' }, 'present'],
  [{ status: 'not-tls' }, 'present'],
  [{ status: 'closed' }, 'present'],
  [{ status: 'failed', code: 'ERR_SSL_WRONG_SIGNATURE_TYPE' }, 'unknown: https-tls-failed'],
  [{ status: 'silent' }, 'unknown: https-timeout'],
])('a handshake that ends %j leaves HTTPS %s', async (outcome, verdict) => {
  const site = scriptedSite(securePage([]))
  const { result } = await scanThrough({
    ...site,
    connect: async (address, port, options) => {
      const connected = await site.connect(address, port, options)
      if (connected.status !== 'connected') return connected
      return { ...connected, connection: { ...connected.connection, handshake: async () => outcome } }
    },
  })
  expect(verdicts(result, 'http/https-unavailable')).toEqual({ [secure]: verdict })
})

test('every rule answers at most once for a subject at an address', async () => {
  const { result } = await scanThrough(scriptedSite(securePage(cookie('sid=1'))))
  for (const rule of http.rules) {
    const asked = rule.check(result, new Date()).map(({ subject, address }) => `${subject} ${address}`)
    expect(asked).toEqual([...new Set(asked)])
  }
})
