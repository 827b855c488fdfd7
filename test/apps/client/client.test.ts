import { expect, test } from 'vitest'
import { connect, NoAnswer, NotEnded, NotPortlight, Problem } from '#apps/client/index.ts'
import { isFinal } from '#apps/client/follow.ts'
import { isFinal as isFinalToUs, scanStatuses } from '#db/model/scan.ts'
import { accepted, fixtureKey, problem, shows, startFixtureApi } from '#test/apps/cli/support/fixture-api.ts'
import { aScan } from '#test/apps/cli/support/make.ts'

const at = ({ url }: { url: string }) => connect({ url, key: fixtureKey })
const running = aScan({ status: 'running' })

test('a scan is submitted once, followed through its changes, and given as it ended', async () => {
  await using api = await startFixtureApi({ get: [shows(running), shows(aScan())] })
  const seen: string[] = []
  const scan = await at(api).scan('shop.lab', { maxAge: 60, onChange: ({ status }) => void seen.push(status) })
  expect(scan.status).toBe('completed')
  expect(seen).toEqual(['running', 'completed'])
  expect(JSON.parse(api.asked[0]!.body)).toEqual({ target: 'shop.lab', maxAge: 60 })
  expect(api.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET'])
})

test('429 and 503 are waited out, and every try has the same Idempotency-Key', async () => {
  const busy = { ...problem(503, 'unavailable', 'Later.'), headers: { 'retry-after': '0' } }
  const many = { ...problem(429, 'queue-full', 'Later.'), headers: { 'retry-after': '0' } }
  await using api = await startFixtureApi({ post: [busy, many, accepted()], get: [busy, shows(aScan())] })
  expect((await at(api).scan('shop.lab')).status).toBe('completed')
  const posts = api.asked.filter(({ method }) => method === 'POST')
  expect(posts).toHaveLength(3)
  expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
})

test('a scan goes on being followed by whoever knows its id, through a restart of the API', async () => {
  await using api = await startFixtureApi({ get: [shows(running), shows(aScan())] })
  let cut: Promise<number> | undefined
  const scan = await at(api).follow(running.id, { onChange: () => void (cut ??= api.restart({ afterConnections: 1 })) })
  expect(scan.status).toBe('completed')
  expect(await cut).toBe(1)
})

test('the same key, given again, resumes the scan that it made', async () => {
  await using api = await startFixtureApi()
  await at(api).scan('shop.lab', { idempotencyKey: 'nightly-2026-11-27' })
  expect(api.asked[0]!.headers['idempotency-key']).toBe('nightly-2026-11-27')
})

test('an abort ends the call at once, with its own reason', async () => {
  await using api = await startFixtureApi({ get: [shows(running)] })
  const stop = new AbortController()
  const reason = new Error('enough')
  const onChange = () => stop.abort(reason)
  await expect(at(api).scan('shop.lab', { signal: stop.signal, onChange })).rejects.toBe(reason)
})

test('what has not ended in the time given is said to go on', async () => {
  await using api = await startFixtureApi({ get: [shows(running)] })
  await expect(at(api).follow(running.id, { timeoutMillis: 1 })).rejects.toThrow(NotEnded)
})

test('what cannot be helped by asking again is thrown at once, with its stable code', async () => {
  await using api = await startFixtureApi({ post: [problem(422, 'private-use', 'No.')] })
  const scanning = at(api).scan('10.0.0.1')
  await expect(scanning).rejects.toThrow(Problem)
  await expect(scanning).rejects.toMatchObject({ status: 422, code: 'private-use', message: 'No' })
  expect(api.asked).toHaveLength(1)
})

test('nobody, and somebody else, are told apart', async () => {
  const gone = await startFixtureApi()
  await gone.stop()
  await expect(at(gone).scan('shop.lab', { patienceMillis: 0 })).rejects.toThrow(NoAnswer)
  await using other = await startFixtureApi({ get: [{ body: '<html>' }] })
  await expect(at(other).follow(running.id)).rejects.toThrow(NotPortlight)
})

test('any operation can be called by its name, its path and query filled in', async () => {
  await using api = await startFixtureApi()
  const path = { id: 'a/b' }
  expect(await at(api).call('GET /v1/scans/{id}', { path })).toMatchObject({ id: aScan().id })
  const missing = at(api).call('GET /v1/targets', { query: { limit: 3, text: 'ä&' } })
  await expect(missing).rejects.toMatchObject({ code: 'not-found' })
  expect(api.asked.map(({ path }) => path)).toEqual(['/v1/scans/a%2Fb', '/v1/targets?limit=3&text=%C3%A4%26'])
})

test('the client takes the same statuses for final as the product', () => {
  expect(scanStatuses.filter(isFinal)).toEqual(scanStatuses.filter(isFinalToUs))
})

test('a problem names the fields of what was sent that it is about', async () => {
  const errors = [{ path: 'target', message: 'No.' }]
  await using api = await startFixtureApi({ post: [problem(422, 'private-use', 'No.', { errors })] })
  await expect(at(api).scan('10.0.0.1')).rejects.toMatchObject({ fields: ['target'], message: 'No' })
})
