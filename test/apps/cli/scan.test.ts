import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { claimDataDir } from '#apps/up/instance.ts'
import { accepted, fixtureKey, problem, shows, startFixtureApi } from './support/fixture-api.ts'
import { aFinding, aRun, aScan } from './support/make.ts'
import { at, runCli, startCli } from './support/run-cli.ts'

test.each([
  ['nothing was found', aScan(), [], 0],
  ['something was found', aScan({ findings: [aFinding()] }), [], 1],
  ['what was found is less severe', aScan({ findings: [aFinding({ severity: 'medium' })] }), [], 0],
  ['--fail-on counts it', aScan({ findings: [aFinding({ severity: 'low' })] }), ['--fail-on', 'low'], 1],
  ['all was refused', aScan({ status: 'refused', reason: 'loopback', runs: [aRun({ status: 'refused' })] }), [], 2],
  ['no scanner could tell', aScan({ runs: [aRun({ status: 'inconclusive', reason: 'no-answer' })] }), [], 3],
  ['a part could not be told', aScan({ runs: [aRun(), aRun({ status: 'failed', reason: 'internal' })] }), [], 0],
  ['--strict', aScan({ runs: [aRun(), aRun({ status: 'failed', reason: 'internal' })] }), ['--strict'], 3],
] as const)('the exit code when %s', async (_when, scan, options, code) => {
  await using api = await startFixtureApi({ get: [shows(scan)] })
  expect(await runCli(['scan', 'shop.lab', ...options, ...at(api)])).toMatchObject({ code, stderr: '' })
})

test.each([
  ['a spelling that is refused', 422, 'private-use', 2],
  ['a key that is not known', 401, 'unauthorized', 2],
  ['a body that is not taken', 400, 'invalid-body', 2],
  ['an operation that the key may not do', 403, 'no-proof', 2],
] as const)('%s ends in one sentence and exit code 2', async (_what, status, code, exitCode) => {
  await using api = await startFixtureApi({ post: [problem(status, code, 'The host \x1b[31mis private.')] })
  const ran = await runCli(['scan', '10.0.0.1', ...at(api)])
  expect(ran).toMatchObject({ code: exitCode, stdout: '' })
  expect(ran.stderr).toMatch(/^.*The host \\x1b\[31mis private.*\.\n$/)
})

test('a field that is wrong is named', async () => {
  const errors = [{ path: 'target', message: 'That is no IPv6 address.' }]
  await using api = await startFixtureApi({
    post: [problem(422, 'malformed-address', 'The body is not valid.', { errors })],
  })
  const { stderr } = await runCli(['scan', 'shop.lab', ...at(api)])
  expect(stderr).toBe('The body is not valid; target: That is no IPv6 address (malformed-address).\n')
})

test('what is no target by its spelling is said at once, and nobody is asked', async () => {
  await using api = await startFixtureApi()
  expect(await runCli(['scan', '0x7f.1', ...at(api)])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^[A-Z][^\n]* \(odd-literal\)\.\n$/),
  })
  expect(api.asked).toEqual([])
})

test('the scan is submitted once, with the plan, and by a key of its own', async () => {
  await using api = await startFixtureApi()
  const words = ['--scanner', 'ports', '--scanner', 'tls', '--ports', '22,80', '--options', '{"tls":{"port":8443}}']
  const { code } = await runCli(['scan', 'shop.lab', ...words, ...at(api)])
  expect(code).toBe(0)
  const [post, ...gets] = api.asked
  expect(JSON.parse(post?.body ?? '')).toEqual({
    target: 'shop.lab',
    scanners: { ports: { ports: '22,80' }, tls: { port: 8443 } },
  })
  expect(post?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
  expect(gets.map(({ method }) => method)).toEqual(['GET'])
})

test('--max-age is asked for in seconds, and anything else is said at once', async () => {
  await using api = await startFixtureApi()
  expect((await runCli(['scan', 'shop.lab', '--max-age', '3600', ...at(api)])).code).toBe(0)
  expect(JSON.parse(api.asked[0]?.body ?? '')).toEqual({ target: 'shop.lab', maxAge: 3600 })
  const wrong = await runCli(['scan', 'shop.lab', '--max-age', '1h', ...at(api)])
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('whole number of seconds')])
})

test('cancel says how the scan stands', async () => {
  const get = [shows(aScan({ status: 'running' })), shows(aScan({ status: 'cancelled', reason: 'cancelled' }))]
  await using api = await startFixtureApi({ get })
  const told = await runCli(['cancel', aScan().id, ...at(api)])
  expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('closes its sockets')])
  const ended = await runCli(['cancel', aScan().id, ...at(api)])
  expect([ended.code, ended.stdout]).toEqual([0, 'The scan is cancelled.\n'])
  expect(api.asked.map(({ method }) => method)).toEqual(['DELETE', 'DELETE'])
})

test('a busy API is asked again after the time that it names, with the same Idempotency-Key', async () => {
  const busy = { ...problem(503, 'database-unavailable', 'The database is away.'), headers: { 'retry-after': '1' } }
  await using api = await startFixtureApi({ post: [busy, problem(429, 'too-many-requests', 'Slowly.'), accepted()] })
  const begin = performance.now()
  expect(await runCli(['scan', 'shop.lab', ...at(api)])).toMatchObject({ code: 0, stderr: '' })
  expect(performance.now() - begin).toBeGreaterThan(1000)
  const keys = api.asked.filter(({ method }) => method === 'POST').map(({ headers }) => headers['idempotency-key'])
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
})

test('an API that can wait is asked for news of the version that is known, and nothing new is no answer', async () => {
  const running = aScan({ status: 'running', runs: [aRun({ status: 'running' })] })
  const headers = { 'preference-applied': 'wait=10', 'retry-after': '30' }
  const get = [
    { headers: { etag: 'W/"2"', 'retry-after': '30' }, body: running },
    { status: 304, headers: { ...headers, etag: 'W/"2"' }, body: '' },
    { headers: { ...headers, etag: 'W/"3"' }, body: aScan() },
  ]
  await using api = await startFixtureApi({ get })
  expect(await runCli(['scan', 'shop.lab', ...at(api)])).toMatchObject({ code: 0, stderr: '' })
  const asked = api.asked
    .filter(({ method }) => method === 'GET')
    .map(({ headers }) => [headers['if-none-match'], headers['prefer']])
  expect(asked).toEqual([
    [undefined, undefined],
    ['W/"2"', 'wait=10'],
    ['W/"2"', 'wait=10'],
  ])
})

test('a restart of the API between two polls is not noticed', async () => {
  const running = aScan({ status: 'running', runs: [aRun({ status: 'running' })] })
  await using api = await startFixtureApi({ get: [shows(running), shows(aScan())] })
  const command = runCli(['scan', 'shop.lab', ...at(api)])
  await api.untilAsked('GET')
  const turnedAway = await api.restart({ afterConnections: 2 })
  expect(await command).toMatchObject({ code: 0, stderr: '' })
  expect(turnedAway).toBe(2)
})

test('an API that is not there is said in one sentence, with exit code 3', async () => {
  const api = await startFixtureApi()
  await api.stop()
  const { code, stdout, stderr } = await runCli(['scan', 'shop.lab', '--timeout', '1', ...at(api)])
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toBe(`${api.url} gave no answer (connection refused).\n`)
})

test('a server that is not Portlight is not taken for one', async () => {
  await using api = await startFixtureApi({ post: [{ body: '<h1>Welcome</h1>' }] })
  const { code, stderr } = await runCli(['scan', 'shop.lab', ...at(api)])
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: `What answers at ${api.url} does not speak as Portlight does.\n`,
  })
})

test('a redirect is not followed, because the key is for this address alone', async () => {
  await using elsewhere = await startFixtureApi()
  const headers = { location: `${elsewhere.url}/v1/scans` }
  await using api = await startFixtureApi({ post: [{ status: 307, headers, body: '' }] })
  expect(await runCli(['scan', 'shop.lab', ...at(api)])).toMatchObject({
    code: 3,
    stderr: `${api.url} answered 307, and not as Portlight does.\n`,
  })
  expect(elsewhere.asked).toEqual([])
})

test('a scan that is not there any more is said, with exit code 3', async () => {
  await using api = await startFixtureApi({ get: [problem(404, 'not-found', 'No such scan.')] })
  expect(await runCli(['scan', 'shop.lab', ...at(api)])).toMatchObject({
    code: 3,
    stderr: 'The scan is not there any more: No such scan.\n',
  })
})

test('after --timeout the scan goes on, and the command says where, with exit code 3', async () => {
  const running = aScan({ status: 'running', runs: [aRun({ status: 'running' })] })
  await using api = await startFixtureApi({ get: [shows(running)] })
  const { code, stderr } = await runCli(['scan', 'shop.lab', '--timeout', '1', ...at(api)])
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: `The scan has not ended in this time. The scan goes on: ${api.url}/v1/scans/${running.id}\n`,
  })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('after %s the scan goes on, and the command says where', async (signal, code) => {
  const running = aScan({ status: 'running', runs: [aRun({ status: 'running' })] })
  await using api = await startFixtureApi({ get: [shows(running)] })
  const { child, ended } = startCli(['scan', 'shop.lab', ...at(api)])
  await api.untilAsked('GET')
  child.kill(signal)
  expect(await ended).toEqual({
    code,
    stdout: '',
    stderr: `Interrupted. The scan goes on: ${api.url}/v1/scans/${running.id}\n`,
  })
})

test('--json is the whole document on one line, and says nothing else', async () => {
  const scan = aScan({ findings: [aFinding({ evidence: { banner: '\x1b[2J\u202eevil\u0085' } })] })
  await using api = await startFixtureApi({ get: [shows(scan)] })
  const { code, stdout, stderr } = await runCli(['scan', 'shop.lab', '--json', ...at(api)])
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toMatch(/^[^\p{C}]*\n$/u)
  expect(JSON.parse(stdout)).toEqual(scan)
})

test('in a pipe there is the report and nothing else: no progress, no colour', async () => {
  const running = aScan({ status: 'running', runs: [aRun({ status: 'running', progress: { done: 1, total: 2 } })] })
  await using api = await startFixtureApi({ get: [shows(running), shows(aScan({ findings: [aFinding()] }))] })
  const { stdout, stderr } = await runCli(['scan', 'shop.lab', ...at(api)])
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^shop\.lab\n1 finding, high\.\n/)
  expect(stdout).not.toContain('\x1b')
})

test('FORCE_COLOR colours a pipe, and NO_COLOR has the last word', async () => {
  await using api = await startFixtureApi({ get: [shows(aScan({ findings: [aFinding()] }))] })
  const coloured = await runCli(['scan', 'shop.lab', ...at(api)], { env: { FORCE_COLOR: '1' } })
  expect(coloured.stdout).toContain('\x1b[31m')
  const bare = await runCli(['scan', 'shop.lab', ...at(api)], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })
  expect(bare.stdout).not.toContain('\x1b')
})

test('the Portlight that runs on this data directory is found, with its key', async () => {
  await using api = await startFixtureApi()
  const dataDir = mkdtempSync(join(tmpdir(), 'portlight-found-'))
  writeFileSync(join(dataDir, 'api-key'), `${fixtureKey}\n`)
  const lock = claimDataDir(dataDir)
  lock.note({ url: api.url })
  try {
    const ran = await runCli(['scan', 'shop.lab'], { env: { DATA_DIR: dataDir } })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain(`All of it: ${api.url}/v1/scans/`)
    const elsewhere = await runCli(['scan', 'shop.lab', '--url', 'http://127.0.0.1:1'], { env: { DATA_DIR: dataDir } })
    expect(elsewhere).toMatchObject({ code: 2, stderr: '--url needs --key: the key that the Portlight there takes.\n' })
  } finally {
    lock.release()
    rmSync(dataDir, { recursive: true })
  }
})
