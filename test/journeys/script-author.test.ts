import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { connect, Problem, type Scan } from '#apps/client/index.ts'
import { openStage, setUpInBrowser } from '#test/support/dashboard.ts'
import { followStream } from '#test/support/follow-stream.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

// An engineer with a browser and a script; each test goes on where the one before stopped.
const writesPerMinute = 30
const stage = await openStage({ WRITES_PER_MINUTE: String(writesPerMinute) })
const ready = stage!
let context: BrowserContext
let page: Page
let key: string
const sockets = new Set<Socket>()
/** Speaks no TLS and takes its time not to: a scan of it goes on until it is let go. */
const silent = createServer((socket) => sockets.add(socket.on('error', () => {}))).listen(0, '127.0.0.1')
await once(silent, 'listening')
afterAll(async () => {
  silent.close()
  await stage?.close()
})

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(ready.portlight.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const problemOf = async (answer: Response) => {
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  return (await answer.json()) as { code: string; detail: string }
}

test.runIf(stage)('a key is made in the browser, and shown once', async () => {
  context = await setUpInBrowser(ready)
  page = await context.newPage()
  await page.goto('/account?tab=keys')
  await page.getByRole('button', { name: 'Make a key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('nightly')
  await dialog.getByRole('button', { name: 'Make a key' }).click()
  const made = page.getByRole('dialog', { name: '“nightly” was made' })
  key = await made.locator('code').innerText()
  await made.getByRole('button', { name: 'I have stored it' }).click()
  await page.reload()
  await page.getByRole('rowheader', { name: 'nightly' }).waitFor()
  expect(await page.getByRole('main').innerText()).not.toContain(key)
})

let path: string

test.runIf(stage)('the same request is one scan, however often it is sent, and another is refused', async () => {
  const port = (silent.address() as AddressInfo).port
  const body = { target: ready.lab.clean.target, scanners: { tls: { port } } }
  const submit = (about: object = {}) =>
    send('POST', '/v1/scans', { ...body, ...about }, { 'idempotency-key': 'mon-1' })
  const first = await submit()
  expect(first.status).toBe(202)
  path = first.headers.get('location')!
  expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0)
  const again = await submit()
  expect([again.status, again.headers.get('location')]).toEqual([202, path])
  const changed = await submit({ target: ready.lab.planted.target })
  expect([changed.status, (await problemOf(changed)).code]).toEqual([422, 'idempotency-key-reused'])
})

test.runIf(stage)(
  'it is seen live in the browser while the script asks, waits, and listens through a cut',
  async () => {
    await page.goto('/scans')
    await page.getByRole('row', { name: ready.lab.clean.target }).getByRole('link').first().click()
    await page.getByText('Live: changes show as they happen').waitFor()
    await expect.poll(() => sockets.size).toBeGreaterThan(0)

    const asked = await send('GET', path)
    const etag = asked.headers.get('etag')!
    expect(((await asked.json()) as Scan).status).toBe('running')
    const unchanged = await send('GET', path, undefined, { 'if-none-match': etag })
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ''])

    const bearer = { authorization: `Bearer ${key}` }
    const events = `${ready.portlight.url}${path}/events`
    const cut = await followStream<Scan>(events, bearer)
    const seen = await cut.next()
    await cut.close()

    const ended = send('GET', path, undefined, { prefer: 'wait=30' })
    for (const socket of sockets) socket.destroy()
    silent.on('connection', (socket: Socket) => socket.destroy())
    const end = (await (await ended).json()) as Scan
    expect(['completed', 'failed']).toContain(end.status)

    const resumed = await followStream<Scan>(events, { ...bearer, 'last-event-id': seen!.id! })
    const versions = [Number(seen!.id)]
    for (let last = await resumed.next(); last !== null; last = await resumed.next()) versions.push(Number(last.id))
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b))
    expect(versions.length).toBeGreaterThan(1)
    await page
      .locator('header.page-head')
      .getByText(/Finished|Failed/)
      .waitFor()
  },
)

test.runIf(stage)('with the client a scan is one call, and the same key gives the same scan', async () => {
  const portlight = connect({ url: ready.portlight.url, key })
  const options = { scanners: { ports: { ports: '9' } }, idempotencyKey: 'tue-1' }
  const scan = await portlight.scan(ready.lab.clean.target, options)
  expect(scan.status).toBe('completed')
  expect((await portlight.scan(ready.lab.clean.target, options)).id).toBe(scan.id)
})

test.runIf(stage)('what is another organisation’s is not there', async () => {
  const id = await page.evaluate<string>(`(async () => {
    const send = (path, body) =>
      fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then(async (answer) => {
        if (!answer.ok) throw new Error(path + ' ' + answer.status + ' ' + await answer.text())
        return answer.json()
      })
    const { id } = await send('/v1/organisations', { name: 'Another' })
    const { organisation } = await fetch('/v1/me').then((answer) => answer.json())
    await send('/v1/me/organisation', { organisationId: id, as: 'cookie' })
    const scan = await send('/v1/scans', { target: '${ready.lab.clean.target}', scanners: { ports: { ports: '9' } } })
    await send('/v1/me/organisation', { organisationId: organisation.id, as: 'cookie' })
    return scan.id
  })()`)
  const answer = await send('GET', `/v1/scans/${id}`)
  expect([answer.status, (await problemOf(answer)).code]).toEqual([404, 'not-found'])
})

test.runIf(stage)('a script that sends too much is told when it may go on', async () => {
  let answer: Response
  do answer = await send('POST', '/v1/scans', { target: 'no host' })
  while (answer.status === 422)
  expect([answer.status, (await problemOf(answer)).code]).toEqual([429, 'too-many-requests'])
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(answer.headers.get('ratelimit')).toMatch(/r=0;t=\d+/)
})

test.runIf(stage)('the browser says that the key was used; revoked there, it is dead', async () => {
  await page.goto('/account?tab=keys')
  const row = page.getByRole('row', { name: 'nightly' })
  await row
    .getByRole('cell')
    .getByText(/now|seconds? ago|minutes? ago/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Revoke: nightly' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No key works').waitFor()
  await expect.poll(async () => (await send('GET', path)).status).toBe(401)
  const refused = connect({ url: ready.portlight.url, key }).call('GET /v1/me', {})
  await expect(refused).rejects.toThrow(Problem)
})
