import { sql } from 'kysely'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { countHours } from '#db/queries/scan-counts.ts'
import { type LabFault, startDnsLab } from '#test/lab/dns.ts'
import { firstPerson, openStage, setUpInBrowser } from '#test/support/dashboard.ts'
import { createTestDatabase } from '#test/support/database.ts'
import { codeIn, startMailServer } from '#test/support/mail-server.ts'
import { forgetSteps } from '#test/support/people.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

// A night: a thousand hosts are asked for, and the resolver is down. Every scan fails by itself, in a worker, for one cause.
const hosts = Array.from({ length: 1000 }, (_, n) => `n${n}.night.test`)
const faults: Record<string, LabFault> = Object.fromEntries(hosts.map((host) => [host, 'servfail']))
const dns = await startDnsLab({
  zones: { 'night.test': hosts.map((host) => `${host} A 127.0.0.1`) },
  servers: { '127.0.0.1': { zones: 'resolver' } },
  faults,
})
const mail = await startMailServer()
const database = await createTestDatabase()
const metricsPort = await freePort()
const token = 'a-token-of-the-scraper'
const stage = await openStage({
  DATABASE_URL: database.url,
  DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
  SMTP_URL: mail.url,
  LOG_LEVEL: 'warn',
  METRICS_TOKEN: token,
  METRICS_PORT: String(metricsPort),
})
const ready = stage!
afterAll(async () => {
  await stage?.close()
  await database.drop()
  await mail.close()
  await dns.close()
})

const viewerPerson = { email: 'eve@example.org', password: 'a kettle on the northern pier' }

const inPostgres = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> =>
  (await query.execute(database.db)).rows
const countOf = async (query: ReturnType<typeof sql<{ count: number }>>) => (await inPostgres(query))[0]!.count

/** Somebody who signs up by mail, in a browser of their own. */
async function signUp(): Promise<BrowserContext> {
  const context = await ready.browser.newContext({ baseURL: ready.url, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto('/sign-up')
  await page.getByLabel('Mail address').fill(viewerPerson.email)
  await page.getByRole('button', { name: 'Mail me a code' }).click()
  await page.getByLabel('Code from the mail').fill(codeIn(await mail.letterTo(viewerPerson.email)))
  await page.getByLabel('New password').fill(viewerPerson.password)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page
    .getByRole('heading', { name: 'What do you want to look at?' })
    .or(page.locator('main h1'))
    .first()
    .waitFor()
  await page.close()
  return context
}

/** What a scraper reads: every line with a value, by its name and labels. */
async function scrape(url: string): Promise<Map<string, number>> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(200)
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

let admin: BrowserContext
let page: Page

test.runIf(stage)('a thousand scans fail in a night, for one cause, which the queue room names', async () => {
  admin = await setUpInBrowser(ready)
  const port = await freePort()
  const submit = (target: string) => ready.send('POST', '/v1/scans', { target, scanners: { ports: { ports: [port] } } })
  const next = hosts.values()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const host of next) await submit(host)
    }),
  )
  const failed = () => countOf(sql`select count(*)::integer as count from scans where status = 'failed'`)
  await expect.poll(failed, { timeout: 60_000, interval: 200 }).toBe(hosts.length)
  page = await admin.newPage()
  await page.goto('/queues')
  await page.getByText('1,000 scans failed or told nothing in the last day and were not retried').waitFor()
  expect(await page.locator('.causes > li').allInnerTexts()).toEqual([
    expect.stringMatching(/1,000 scans[\s\S]*ports[\s\S]*gave no usable answer[\s\S]*\{target\} gave no address/),
  ])
})

test.runIf(stage)('who may only look sees all of it, and is offered nothing that would be refused', async () => {
  const context = await signUp()
  const viewer = await context.newPage()
  await viewer.goto('/queues')
  await viewer.getByText('The queue room is for those who run this instance').waitFor()
  expect(await viewer.getByRole('link', { name: 'Go to Scans' }).getAttribute('href')).toBe('/scans')

  const users = await admin.newPage()
  await users.goto('/instance?tab=users')
  const row = users.getByRole('row').filter({ hasText: viewerPerson.email })
  await row.getByRole('button', { name: /^Role/ }).click()
  await users.getByRole('radio', { name: /^viewer of the instance/ }).check()
  await users.getByRole('button', { name: 'Save' }).click()
  await users.getByText('Changed. It holds at once.').waitFor()
  await users.close()

  await viewer.reload()
  await viewer.getByText('1,000 not retried').waitFor()
  await viewer.getByRole('heading', { name: 'Workers' }).waitFor()
  await viewer.locator('main .loading').first().waitFor({ state: 'detached' })
  expect(await viewer.locator('main').getByRole('button').allInnerTexts()).toEqual([])
  await viewer.getByRole('link', { name: '1,000', exact: true }).first().click()
  await viewer.getByText('1,000 jobs match').waitFor()
  expect(await viewer.getByRole('checkbox').count()).toBe(0)
  await viewer.locator('a.row-link').first().click()
  await viewer.getByRole('heading', { name: 'A job’s life' }).waitFor()
  expect(await viewer.locator('header.page-head').getByRole('button').count()).toBe(0)
  await context.close()
})

const reason = 'The resolver is back'

test.runIf(stage)('an admin sees exactly those, retries them with a reason, and watches it heal', async () => {
  await page.locator('.causes').getByRole('link', { name: '1,000 scans' }).click()
  await page.getByText('1,000 jobs match').waitFor()
  await page.goBack()

  await forgetSteps(database.db)
  for (const host of hosts) delete faults[host]
  await page.getByRole('button', { name: 'Retry 1,000' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('heading', { name: 'Retry 1,000 jobs' }).waitFor()
  await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: 'Retry 1,000 jobs' }).click()

  const confirm = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Go on' }) })
  await confirm.getByLabel('Password').fill(firstPerson.password)
  await confirm.getByLabel('Code').fill(codeIn(await mail.letterTo(firstPerson.email)))
  await confirm.getByRole('button', { name: 'Go on' }).click()

  await dialog.getByText('1,000 of 1,000 retried.').waitFor({ timeout: 30_000 })
  await dialog.getByRole('button', { name: 'Done' }).click()
  // Nothing is loaded anew from here on: the page hears of it by itself.
  await page.getByText('Nothing failed in the last day that was not retried.').waitFor()
  await page.getByText('1,000 told since').waitFor({ timeout: 60_000 })
  await page.getByText('All were retried').waitFor()
  await page.getByText('No scan waits and none runs.').waitFor()
})

test.runIf(stage)('one job’s life says that it was retried, and leads to the scan that was told', async () => {
  await page.getByRole('link', { name: '1,000 scans', exact: true }).click()
  await page.locator('a.row-link').first().click()
  await page.getByRole('heading', { name: 'A job’s life' }).waitFor()
  expect(await page.locator('table.steps').innerText()).toMatch(
    /Asked for[\s\S]*Claimed[\s\S]*Scan failed[\s\S]*Retried/,
  )
  await page.getByRole('link', { name: 'The new job' }).click()
  await page.getByText('Retry of').waitFor()
  expect(await page.locator('table.steps').innerText()).toMatch(/Answered[\s\S]*Scan finished/)
})

test.runIf(stage)(
  'what was done is in the audit, and Postgres, history and metrics tell the same numbers',
  async () => {
    const [scans] = await inPostgres(sql<{ failed: number; told: number; retried: number }>`
    select count(*) filter (where status = 'failed')::integer as failed,
      count(*) filter (where status = 'completed')::integer as told,
      count(distinct rerun_of) filter (where status = 'completed')::integer as retried
    from scans`)
    expect(scans).toEqual({ failed: 1000, told: 1000, retried: 1000 })
    expect(await countOf(sql`select count(*)::integer as count from act_scans where outcome = 'done'`)).toBe(1000)

    const acts = await inPostgres(sql<{ done: number; reason: string; filter: string }>`
    select (entry.facts ->> 'done')::integer as done, why.value as reason, filter.value as filter
    from audit_entries entry join audit_values why on why.entry_id = entry.id and why.name = 'reason'
      join audit_values filter on filter.entry_id = entry.id and filter.name = 'filter'
    where entry.action = 'scans.retry' order by entry.id`)
    expect(acts.map(({ done }) => done)).toEqual([500, 500])
    for (const act of acts) {
      expect(act.reason).toBe(reason)
      expect(JSON.parse(act.filter)).toEqual({
        cause: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        failedHours: 24,
      })
    }
    expect(await ready.send('GET', '/v1/instance/audit')).toMatchObject({ brokenAt: null })

    const instance = await scrape(`${ready.portlight.url}/metrics/instance`)
    expect(instance.get('portlight_scans_running')).toBe(0)
    const worker = await scrape(`http://127.0.0.1:${metricsPort}/metrics`)
    // Each scan was a job, and a ring that found nothing left to do was one too; only those that were retried found an address to ask.
    expect(worker.get('portlight_job_duration_seconds_count{name="run-scan",outcome="done"}')).toBeGreaterThanOrEqual(
      2000,
    )
    expect(worker.get('portlight_outward_duration_seconds_count{kind="connect",outcome="refused"}')).toBe(1000)

    // As the chore of each minute does; nobody waits for it here.
    await countHours(database.db)
    const history = await page.evaluate<{ counts: Record<'accepted' | 'completed' | 'failed', number>[] }>(
      "fetch('/v1/instance/history?days=2').then((answer) => answer.json())",
    )
    const sumOf = (kind: 'accepted' | 'completed' | 'failed') =>
      history.counts.reduce((sum, counts) => sum + counts[kind], 0)
    expect([sumOf('accepted'), sumOf('completed'), sumOf('failed')]).toEqual([2000, 1000, 1000])
  },
)

test.runIf(stage)(
  'a paused queue begins nothing, a drained worker takes nothing, and a job that waits is cancelled',
  async () => {
    await page.goto('/queues')
    const act = async (row: string, button: string, done: RegExp) => {
      await page.getByRole('row').filter({ hasText: row }).getByRole('button', { name: button }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Reason').fill('An upgrade')
      await dialog.getByRole('button', { name: button, exact: true }).click()
      await page.getByText(done).waitFor()
    }
    const [worker] = await inPostgres(sql<{ pid: number }>`select pid from workers`)
    await act('Scans by hand', 'Pause', /: paused\./)
    await act(`process ${worker!.pid}`, 'Drain', /was asked to take no more work/)
    await page.getByText('Draining, asked by Ada').waitFor()

    const { id } = (await ready.send('POST', '/v1/scans', { target: hosts[0], scanners: { dns: {} } })) as {
      id: string
    }
    await page.goto(`/queues/jobs/${id}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('Not while we upgrade')
    await dialog.getByRole('button', { name: 'Cancel 1 job' }).click()
    await dialog.getByText('1 of 1 cancelled').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.locator('table.steps').getByText('Scan cancelled').waitFor()
    expect(await page.locator('table.steps').innerText()).not.toMatch(/Claimed/)

    await page.goto('/queues')
    await act('Scans by hand', 'Resume', /: takes work again\./)
    await act(`process ${worker!.pid}`, 'Take work again', /\(\d+\) takes work again\./)
    const actions = await inPostgres(sql<{ action: string }>`
    select action from audit_entries where action ~ '^(queue|worker)' order by id`)
    expect(actions.map(({ action }) => action)).toEqual([
      'queue.pause',
      'worker.drain',
      'queue.resume',
      'worker.resume',
    ])
  },
)
