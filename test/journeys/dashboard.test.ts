import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { BrowserContext } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { firstPerson, lookAt, openStage, setUpInBrowser } from '#test/support/dashboard.ts'
import { dashboardPaths, type DashboardWorld, fillStage, untilEnded } from '#test/support/dashboard-world.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

// A whole Portlight by `npm start`, its lab, and a real browser; each test goes on where the one before stopped.
// A short lease, so that what a killed worker left is taken up soon.
const stage = await openStage({ LEASE: '5' })
const ready = stage!
let context: BrowserContext
let world: DashboardWorld
afterAll(() => stage?.close())

test.runIf(stage)(
  'the first minute: set-up code, account, a host, a live scan, the first finding with its evidence and mend',
  async () => {
    context = await setUpInBrowser(ready)
    const page = await context.newPage()
    await page.goto('/')
    await page.getByLabel('A host or an address of yours').fill(ready.lab.planted.target)
    await page.getByRole('button', { name: 'Scan it' }).click()
    await page.getByRole('heading', { name: 'What do you want to look at?' }).waitFor()
    await page.getByText('What will be asked').waitFor()
    await page.getByRole('button', { name: 'Scan it' }).click()
    await page.getByRole('heading', { name: `Scan of ${ready.lab.planted.target}` }).waitFor()
    await page
      .getByText(/It will have ended by|\d+ findings?/)
      .first()
      .waitFor()
    const first = page.locator('details.finding').first()
    await first.waitFor({ timeout: 60_000 })
    await page.getByText('Finished', { exact: true }).waitFor({ timeout: 60_000 })
    await expect.poll(() => first.getAttribute('open')).not.toBeNull()
    expect(await first.innerText()).toMatch(/Evidence[\s\S]*See for yourself[\s\S]*Remedy/)
    await page.close()
  },
)

test.runIf(stage)(
  'by the keyboard alone: search leads to a target, a key to a page, and the shortcuts are shown',
  async () => {
    const page = await context.newPage()
    await page.goto('/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('planted')
    await page.getByRole('option', { name: ready.lab.planted.target }).first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    await page.getByRole('heading', { name: 'Findings', exact: true }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/findings')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await page.close()
  },
)

/** What a target sends that would like to be more than text. */
const markup = '<img src=x onerror="__pwn=1"><script>__pwn=1</script>'
const hostile = `${markup}\u001b[31m\u202egpj.exe`

test.runIf(stage)(
  'every page is whole: no violation of WCAG, no complaint of the browser, no sideways scrolling, and hostile texts stay texts',
  async () => {
    const banner = createServer((socket) => socket.on('error', () => {}).end(`220 ${hostile} ready\r\n`)).listen(
      0,
      '127.0.0.1',
    )
    await once(banner, 'listening')
    world = await fillStage(ready)
    const { id } = (await ready.send('POST', '/v1/scans', {
      target: ready.lab.planted.target,
      scanners: { ports: { ports: [(banner.address() as AddressInfo).port] } },
    })) as { id: string }
    await untilEnded((...asked) => ready.send(...asked), id)
    await ready.send('PATCH', `/v1/targets/${world.targetId}`, { name: markup, note: markup })
    await ready.send('POST', `/v1/findings/${world.findingId}/messages`, { text: markup })
    await ready.send('POST', `/v1/targets/${world.targetId}/messages`, { text: markup })
    banner.close()
    const paths = [
      ...dashboardPaths(world),
      ...['results', 'coverage', 'since', 'report'].map((tab) => ({
        name: `scan ${tab}`,
        path: `/scans/${id}?tab=${tab}`,
      })),
      { name: 'scan untold', path: `/scans/${world.doubtfulScanId}?tab=untold` },
      { name: 'scan, all that it saw', path: `/scans/${world.laterScanId}?tab=results` },
      ...['findings', 'ports', 'timeline', 'scans', 'schedule', 'proof', 'discussion', 'reports', 'settings'].map(
        (tab) => ({
          name: `target ${tab}`,
          path: `/targets/${world.targetId}?tab=${tab}`,
        }),
      ),
      ...['factors', 'sessions', 'keys', 'data'].map((tab) => ({
        name: `account ${tab}`,
        path: `/account?tab=${tab}`,
      })),
      ...['routes', 'webhooks'].map((tab) => ({ name: tab, path: `/alerts?tab=${tab}` })),
      ...['make', 'windows'].map((tab) => ({ name: `schedules ${tab}`, path: `/schedules?tab=${tab}` })),
      { name: 'users', path: '/instance?tab=users' },
    ]
    const faults: string[] = []
    const page = await context.newPage()
    for (const { path } of paths) {
      const looks = [{ width: 320, theme: 'dark' } as const, { width: 1280, theme: 'light' } as const]
      // A part of a page is looked at where there is least room; `npm run pictures` sees all at three widths.
      const seen = await lookAt(page, path, path.includes('tab=') ? looks.slice(0, 1) : looks)
      faults.push(...seen.faults)
      // What a first view may load, gzipped.
      expect(seen.scriptBytes).toBeLessThan(60_000)
    }
    await page.close()
    expect(faults).toEqual([])
  },
)

test.runIf(stage)(
  'what is new on the overview stays new when the page is loaded anew, and is old on the next visit',
  async () => {
    const page = await context.newPage()
    await page.clock.install()
    await page.goto('/')
    const opened = page.locator('.statement', { hasText: 'findings opened' })
    await opened.waitFor()
    const looked = page.waitForResponse((response) => response.url().endsWith('/v1/me/looked'))
    await page.clock.runFor(11_000)
    expect((await looked).status()).toBe(204)
    await page.reload()
    await opened.waitFor()
    await page.close()
    const next = await context.newPage()
    await next.goto('/')
    await next.locator('.statement', { hasText: 'Nothing changed.' }).waitFor()
    await next.close()
  },
)

test.runIf(stage)('what could not be told is asked again from its cause', async () => {
  const page = await context.newPage()
  const { id } = (await ready.send('POST', '/v1/scans', {
    target: ready.lab.clean.target,
    scanners: { ...ready.lab.clean.scanners, tls: { port: 1 } },
  })) as { id: string }
  await untilEnded((...asked) => ready.send(...asked), id)
  await page.goto(`/scans/${id}?tab=untold`)
  await page.getByRole('button', { name: /Ask these again.*TLS/ }).click()
  await page.waitForURL((url) => /^\/scans\/[0-9a-f-]{36}$/.test(url.pathname) && !url.pathname.endsWith(id))
  await page.getByText('asks again what an earlier scan could not tell').waitFor()
  await page.close()
})

test.runIf(stage)('what must not be scanned is refused at its field, in a sentence, and nothing is sent', async () => {
  const page = await context.newPage()
  const countScans = async () => ((await ready.send('GET', '/v1/scans?limit=100')) as { scans: object[] }).scans.length
  const before = await countScans()
  await page.goto('/new')
  for (const [host, sentence] of [
    ['169.254.169.254', /local link/],
    ['[::ffff:169.254.169.254]', /IPv4|local link/],
    ['2852039166', /address|number/i],
    ['10.0.0.7', /private/],
    ['10.0.0.0/8', /one (host|address)|single/i],
    ['https://shop.example/login', /host/],
  ] as const) {
    await page.getByLabel(/host or an address/i).fill(host)
    await page.getByRole('button', { name: 'Scan it' }).click()
    const complaint = page.locator('.field .error')
    await complaint.filter({ hasText: sentence }).waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("aria-invalid")')).toBe('true')
  }
  expect(await countScans()).toBe(before)
  await page.close()
})

test.runIf(stage)(
  'a scan is taken up again after its worker and the API were killed, and its page says so',
  async () => {
    const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { id } = (await ready.send('POST', '/v1/scans', {
      target: ready.lab.clean.target,
      scanners: { tls: { port: (silent.address() as AddressInfo).port } },
    })) as { id: string }
    const page = await context.newPage()
    const asked = once(silent, 'connection')
    await page.goto(`/scans/${id}`)
    await page.getByText('Live: changes show as they happen').waitFor()
    await asked
    const killed = ready.portlight.processes().filter(({ command }) => /(apps\/api|workers)\/main/.test(command))
    expect(killed).toHaveLength(2)
    for (const { pid } of killed) process.kill(pid, 'SIGKILL')
    await page.getByText('the live line is in use elsewhere, or broken').waitFor()
    // Nothing is loaded anew: the page asks until somebody answers again.
    await page.locator('header.page-head').getByText('Failed', { exact: true }).waitFor({ timeout: 120_000 })
    silent.close()
    const { steps } = await page.evaluate<{ steps: { kind: string }[] }>(
      `fetch('/v1/instance/scans/${id}/life').then((answer) => answer.json())`,
    )
    await page.close()
    expect(steps.filter(({ kind }) => kind === 'claimed')).toHaveLength(2)
  },
)

test.runIf(stage)('a schedule that is renamed keeps all else that it says', async () => {
  const { targets } = (await ready.send('GET', '/v1/targets?limit=1')) as { targets: { id: string }[] }
  const { id } = (await ready.send('POST', '/v1/schedules', {
    name: 'each hour',
    everySeconds: 3600,
    zone: 'Europe/Amsterdam',
    targets: { ids: [targets[0]!.id] },
    scanners: { dns: {}, tls: { port: 8443 } },
    overlap: 'queue',
    catchUp: 'none',
  })) as { id: string }
  const before = (await ready.send('GET', `/v1/schedules/${id}`)) as object
  const page = await context.newPage()
  await page.goto(`/schedules/${id}`)
  await page.getByLabel('Name', { exact: true }).fill('by the hour')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'by the hour' }).waitFor()
  await page.close()
  expect(await ready.send('GET', `/v1/schedules/${id}`)).toEqual({ ...before, name: 'by the hour' })
  await ready.send('DELETE', `/v1/schedules/${id}`)
})

test.runIf(stage)(
  'a German reader finds every page in German, and loads no more than anybody may have to',
  async () => {
    const german = await ready.browser.newContext({
      baseURL: ready.url,
      locale: 'de-DE',
      storageState: await context.storageState(),
    })
    const page = await german.newPage()
    await page.goto('/')
    await page.getByRole('heading', { name: 'Übersicht' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await page.getByRole('link', { name: 'Befunde' }).first().click()
    await page.getByRole('heading', { name: 'Befunde', exact: true }).waitFor()
    // The German words are the longer ones to load.
    for (const { path } of dashboardPaths(world)) {
      const { faults, scriptBytes } = await lookAt(page, path, [])
      expect(faults).toEqual([])
      expect(scriptBytes, path).toBeLessThan(60_000)
    }
    await german.close()
  },
)

test.runIf(stage)('a language that is chosen belongs to the account, for every browser and for mails', async () => {
  const page = await context.newPage()
  await page.goto('/account')
  await page.getByLabel('Language').selectOption('Deutsch')
  await page.getByRole('heading', { name: 'Konto', exact: true }).waitFor()
  expect(await page.evaluate('fetch("/v1/me").then((answer) => answer.json())')).toMatchObject({
    principal: { language: 'de' },
  })
  await page.evaluate('localStorage.clear()')
  await page.goto('/')
  await page.getByRole('heading', { name: 'Übersicht' }).waitFor()
  await page.goto('/account')
  await page.getByLabel('Sprache').selectOption('')
  await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
  await page.close()
})

test.runIf(stage)('who signs out is led to the sign-in, and back to where they were going', async () => {
  const page = await context.newPage()
  await page.goto('/account')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(/\/sign-in$/)
  await page.goto('/findings?severity=critical')
  await page.waitForURL(/\/sign-in\?next=/)
  await page.getByLabel('Mail address').fill(firstPerson.email)
  await page.getByLabel('Password').fill(firstPerson.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/findings\?severity=critical$/)
  await page.close()
})
