import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseTarget } from '#db/model/target.ts'
import { judge } from '#workers/findings/judge.ts'
import { http } from '#workers/scanners/http/index.ts'
import type { HttpResult } from '#workers/scanners/http/schema.ts'
import { runScanner } from '#workers/scanners/run.ts'
import { startHttpLab, type HttpLab } from '../../../lab/http.ts'
import { hostile, plantedFindings } from '../../../lab/http-answers.ts'
import { type LabResolver, startResolver, type Zone } from '../../../lab/resolver.ts'
import { labDoor } from '../../../support/lab-door.ts'
import { provedPace } from '#workers/network/turns.ts'

const now = new Date()
let lab: HttpLab
let resolver: LabResolver

const at = (name: string, address: string): Zone => ({ [name]: [{ type: 'A', name, ttl: 60, data: address }] })

beforeAll(async () => {
  lab = await startHttpLab()
  const labels = ['clean', 'planted', ...Object.keys(hostile)]
  resolver = await startResolver({
    ...Object.assign({}, ...labels.map((label) => at(`${label}.test`, lab.address))),
    ...at('inner.to-inner-name.test', '169.254.169.254'),
  })
})
afterAll(() => Promise.all([lab.close(), resolver.close()]))

async function scanLab(
  label: string,
  options = {},
  { signal = new AbortController().signal, progress = () => {} } = {},
) {
  const outcome = await runScanner(
    http,
    parseTarget(`${label}.test`),
    { httpPort: lab.httpPort, httpsPort: lab.httpsPort, ...options },
    {
      openDoor: (signal) => labDoor({ dnsServers: [resolver], signal }),
      pace: provedPace,
      signal,
      now,
      progress,
    },
  )
  if (!('result' in outcome)) throw new Error(`${label}: ${outcome.reason}`)
  const result = outcome.result as HttpResult
  const judgements = judge(http, result, now)
  const rulesThatSay = (verdict: string) =>
    [...new Set(judgements.filter((judgement) => judgement.verdict === verdict).map(({ rule }) => rule))].sort()
  return { ...outcome, result, last: result.walks.https.hops.at(-1), rulesThatSay }
}

test('nothing is found on the clean site, and nothing there could not be told', async () => {
  const { status, rulesThatSay, coverage } = await scanLab('clean')
  expect(status).toBe('completed')
  expect(rulesThatSay('present')).toEqual([])
  expect(rulesThatSay('unknown')).toEqual([])
  expect(coverage).toMatchObject({ unit: 'requests', asked: 3, answered: 3, silent: 0, unanswered: [], leftOut: [] })
})

test('exactly what is planted is found on the planted site', async () => {
  const { rulesThatSay } = await scanLab('planted')
  expect(rulesThatSay('present')).toEqual(plantedFindings)
  expect(rulesThatSay('unknown')).toEqual([])
})

test('the value of a cookie is kept nowhere', async () => {
  const { result } = await scanLab('clean')
  expect(JSON.stringify(result)).not.toContain('c2VjcmV0')
  expect(JSON.stringify(result)).toContain('__Host-session=<8 octets>; Secure')
})

test.each([
  ['endless-head', 'too-large', 'head-too-large'],
  ['drip', 'timeout', 'no-whole-head'],
  ['silent', 'timeout', 'no-whole-head'],
  ['closes-early', 'closed', 'no-whole-head'],
  ['interim-flood', 'too-large', 'too-many-interim-responses'],
  ['switches-protocol', 'malformed', 'protocol-switched'],
  ['no-status-line', 'malformed', 'begins with "<html>no status line</html>"'],
])('%s gives no response, and nothing that would have stood in it is called good', async (label, outcome, detail) => {
  const { result, last, rulesThatSay } = await scanLab(label, { timeoutMillis: 400 })
  expect(result.walks.https.outcome).toBe(outcome)
  expect(last?.failure).toEqual({ outcome, detail })
  expect(rulesThatSay('unknown')).toContain('http/hsts-missing')
  expect(rulesThatSay('unknown')).toContain('http/csp-missing')
  expect(rulesThatSay('absent')).not.toContain('http/csp-missing')
})

test.each([
  ['endless-body', { end: 'cut', octets: 1024 * 1024, decodedOctets: 1024 * 1024 }],
  ['gzip-bomb', { end: 'complete', decoded: 'cut', decodedOctets: 1024 * 1024 }],
  ['bad-chunk', { end: 'malformed', octets: 5 }],
  ['two-lengths', { end: 'malformed', octets: 0 }],
])('%s is read as far as the limit, and what was not read is not known', async (label, body) => {
  const { last, rulesThatSay } = await scanLab(label)
  expect(last?.response?.body).toMatchObject(body)
  expect(rulesThatSay('unknown')).toContain('http/generator-version')
  expect(rulesThatSay('present')).toContain('http/hsts-missing')
})

test.each([
  ['bad-chunk', ['bad-chunk']],
  ['two-lengths', ['different-content-lengths']],
  ['smuggled', ['content-length-with-transfer-encoding']],
  ['controls-in-head', ['nul', 'control-character', 'bad-field-name']],
])('%s is noted as breaking the grammar', async (label, deviations) => {
  const { last, rulesThatSay } = await scanLab(label)
  expect(last?.response?.deviations).toEqual(deviations)
  expect(rulesThatSay('present')).toContain('http/malformed-response')
})

test('of thousands of fields a hundred are kept, and all are counted', async () => {
  const { last } = await scanLab('many-fields')
  expect(last?.response).toMatchObject({ fieldCount: 4002 })
  expect(last?.response?.fields).toHaveLength(100)
})

test('of hundreds of cookies a hundred are kept, and the rest is not called good', async () => {
  const { last, rulesThatSay } = await scanLab('many-cookies')
  expect(last?.response).toMatchObject({ cookieCount: 300 })
  expect(last?.response?.cookies).toHaveLength(100)
  expect(rulesThatSay('unknown')).toContain('http/cookie-no-httponly')
})

test('a loop is left as soon as it closes, an endless chain at its limit', async () => {
  const loop = await scanLab('loop')
  expect(loop.result.walks.https.outcome).toBe('loop')
  expect(loop.result.walks.https.hops).toHaveLength(2)
  expect(loop.rulesThatSay('present')).toContain('http/redirect-loop')
  const endless = await scanLab('endless')
  expect(endless.result.walks.https.outcome).toBe('limit')
  expect(endless.result.walks.https.hops).toHaveLength(11)
  expect(endless.rulesThatSay('present')).toContain('http/redirect-chain-long')
})

test('a redirect to another address is shown and not followed', async () => {
  const { result, last, coverage, rulesThatSay } = await scanLab('to-metadata')
  expect(result.walks.https.outcome).toBe('redirect')
  expect(last?.redirect).toEqual({
    location: 'http://169.254.169.254/latest/meta-data/',
    target: 'http://169.254.169.254/latest/meta-data/',
    lead: 'off-site',
  })
  expect(coverage.leftOut).toContainEqual({ what: 'GET http://169.254.169.254/latest/meta-data/', reason: 'off-site' })
  expect(rulesThatSay('present')).toEqual(expect.arrayContaining(['http/redirect-downgrade', 'http/redirect-off-site']))
})

test('a name below the host that leads to a refused address is refused, with the rule', async () => {
  const { result, last, coverage } = await scanLab('to-inner-name')
  expect(result.walks.https.outcome).toBe('not-allowed')
  expect(last).toMatchObject({ address: null, failure: { outcome: 'not-allowed', detail: 'link-local' } })
  expect(coverage.leftOut).toContainEqual(expect.objectContaining({ reason: 'link-local' }))
})

test('a Location that is no web address is a finding and goes nowhere', async () => {
  const { result, rulesThatSay } = await scanLab('to-script')
  expect(result.walks.https.outcome).toBe('redirect')
  expect(rulesThatSay('present')).toContain('http/redirect-bad-location')
})

test('a scan that is ended while it waits comes back at once with what it has', async () => {
  const ended = new AbortController()
  // The first answer is that of plain HTTP; the other port would stay silent for half a minute.
  const { result, coverage } = await scanLab(
    'silent',
    { timeoutMillis: 30_000 },
    { signal: ended.signal, progress: () => ended.abort() },
  )
  expect(result.walks.http.hops[0]?.response?.status).toBe(301)
  expect(result.walks.https.hops[0]?.failure).toEqual({ outcome: 'not-asked', detail: 'ECANCELED' })
  expect(coverage).toMatchObject({ asked: 1, answered: 1, silent: 0 })
  expect(coverage.leftOut.map(({ reason }) => reason)).toContain('deadline')
})

test('what is said to the site is a plain GET that names us', async () => {
  await scanLab('clean', { path: '/start?from=lab' })
  const index = lab.requests.findLastIndex((request) => request.startsWith('GET https://clean.test'))
  expect(lab.requests[index]).toBe(`GET https://clean.test:${lab.httpsPort}/start?from=lab`)
  expect(lab.heads[index]).toMatch(/^User-Agent: .*Portlight/m)
  expect(lab.heads[index]).toMatch(/^Connection: close\r$/m)
})
