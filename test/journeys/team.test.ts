import { generateSync } from 'otplib'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { pathTo } from '#apps/web/paths.ts'
import { openStage, setUpInBrowser } from '#test/support/dashboard.ts'
import { untilEnded } from '#test/support/dashboard-world.ts'
import { createTestDatabase } from '#test/support/database.ts'
import { linkIn, startMailServer, textIn } from '#test/support/mail-server.ts'
import { addAuthenticator } from '#test/support/authenticator.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

// An organisation gets members, and they keep their accounts. Each test goes on where the one before stopped.
const mail = await startMailServer()
const database = await createTestDatabase()
const stage = await openStage({ DATABASE_URL: database.url, SMTP_URL: mail.url, LOG_LEVEL: 'warn' })
const ready = stage!
afterAll(async () => {
  await stage?.close()
  await database.drop()
  await mail.close()
})

const viewer = { email: 'vic@example.org', name: 'Vic', role: 'viewer', password: 'a ladder beside the quiet mill' }
const operator = { email: 'ola@example.org', name: 'Ola', role: 'operator', password: 'a bucket under the copper roof' }
type Member = typeof viewer

let owner: Page
const contexts = new Map<Member, BrowserContext>()

async function openWindow(options: BrowserContextOptions = {}): Promise<Page> {
  return (await ready.browser.newContext({ baseURL: ready.url, locale: 'en-GB', ...options })).newPage()
}

test.runIf(stage)('an owner invites by mail, and each comes in as what the mail says', async () => {
  owner = await (await setUpInBrowser(ready)).newPage()
  await owner.goto('/organisation')
  for (const { email, role } of [viewer, operator]) {
    await owner.getByRole('button', { name: 'Invite' }).click()
    const dialog = owner.getByRole('dialog')
    await dialog.getByLabel('Mail address').fill(email)
    await dialog.getByRole('radio', { name: new RegExp(`^${role}`) }).check()
    await dialog.getByRole('button', { name: 'Invite' }).click()
    await owner.getByRole('row', { name: email }).waitFor()
  }
  for (const member of [viewer, operator]) {
    const page = await openWindow()
    await page.goto(linkIn(await mail.letterTo(member.email)))
    await page.getByText(`You are invited as ${member.role}, with the address ${member.email}.`).waitFor()
    await page.getByLabel('Your name').fill(member.name)
    await page.getByLabel('Password').fill(member.password)
    await page.getByRole('button', { name: 'Make my account and join' }).click()
    await page.waitForURL(`${ready.url}/`)
    contexts.set(member, page.context())
    await page.close()
  }
  await owner.reload()
  for (const { name, role } of [viewer, operator])
    await owner.getByRole('row').filter({ hasText: name }).filter({ hasText: role }).waitFor()
})

const targets = { shop: '', depot: '' }

test.runIf(stage)('a viewer sees all of it, and is offered no act that would be refused', async () => {
  const send = <Document>(method: string, path: string, body?: unknown) =>
    ready.send(method, path, body) as Promise<Document>
  const add = async (target: string, tag: string) =>
    (await send<{ id: string }>('POST', '/v1/targets', { target, tags: [tag] })).id
  Object.assign(targets, { shop: await add('planted.test', 'shop'), depot: await add('clean.test', 'depot') })
  await send('POST', `/v1/targets/${targets.shop}/proofs`, { kind: 'dns-txt' })
  const scan = await send<{ id: string }>('POST', '/v1/scans', { target: 'planted.test', scanners: { whois: {} } })
  await untilEnded((...asked) => ready.send(...asked), scan.id)
  const { findings } = await send<{ findings: { id: string }[] }>('GET', '/v1/findings?limit=1')
  const schedule = await send<{ id: string }>('POST', '/v1/schedules', {
    name: 'nightly',
    cron: '30 2 * * 1-5',
    zone: 'Europe/Amsterdam',
    targets: { tags: ['shop'] },
  })

  const page = await contexts.get(viewer)!.newPage()
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() === 403) refused.push(response.url())
  })
  const offered = new Set<string>()
  const target = (tab: string | null) => pathTo('target', { id: targets.shop }, { tab })
  for (const path of [
    pathTo('overview'),
    pathTo('newScan'),
    pathTo('targets'),
    ...[null, 'proof', 'schedule', 'reports', 'settings'].map(target),
    pathTo('scans'),
    pathTo('scan', { id: scan.id }),
    pathTo('findings'),
    pathTo('finding', { id: findings[0]!.id }),
    pathTo('certificates', {}, { of: 'served' }),
    pathTo('schedules'),
    pathTo('schedule', { id: schedule.id }),
    pathTo('alerts', {}, { tab: 'routes' }),
    pathTo('reports'),
    pathTo('batches'),
    pathTo('organisation'),
    pathTo('organisation', {}, { tab: 'accounts' }),
    pathTo('audit'),
  ]) {
    await page.goto(path)
    await page.locator('main h1').first().waitFor()
    await page.locator('main .loading').first().waitFor({ state: 'detached' })
    const buttons = page.getByRole('button', { disabled: false }).or(page.locator('a.button, .nav-scan a'))
    for (const text of await buttons.allInnerTexts()) offered.add(text.replaceAll(/\s+/g, ' '))
  }
  expect(refused).toEqual([])
  // To look, to narrow down, to take away; what is said of a finding, and what counts as seen, are a viewer's own.
  expect([...offered].toSorted()).toEqual([
    'CSV',
    'Copy',
    'Export what is open (CSV)',
    'Filter',
    'Go to Scans',
    'HTML',
    'JSON',
    'Markdown',
    'PDF',
    'Report',
    'SARIF',
    'Search or go to Ctrl K',
    'Seen: count from now',
    'Send',
  ])
  await page.close()
})

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(/\/sign-in$/)
}

async function givePassword(page: Page, { email, password }: Member): Promise<void> {
  await page.getByLabel('Mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function show(page: Page, label: string, code: string): Promise<void> {
  await page.getByLabel(label).fill(code)
  await page.getByLabel(label).press('Enter')
}

/** As an app shows it at that time, in seconds from now. */
const totpCode = (secret: string, inSeconds: number) =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + inSeconds })

let page: Page
let recoveryCodes: string[]
let scanUrl: string

test.runIf(stage)('an operator begins a scan, and makes a key that reaches the targets of one tag alone', async () => {
  await owner.goto('/queues')
  await owner.getByRole('button', { name: 'Pause Scans by hand' }).click()
  await owner.getByLabel('Reason').fill('So that one scan waits')
  await owner.getByRole('dialog').getByRole('button', { name: 'Pause', exact: true }).click()
  await owner.getByRole('dialog').waitFor({ state: 'detached' })

  page = await contexts.get(operator)!.newPage()
  await page.goto(pathTo('newScan', {}, { target: 'planted.test' }))
  await page.getByRole('button', { name: 'Scan it' }).click()
  await page.getByText('0 of 5 scanners have ended.').waitFor()
  scanUrl = page.url()

  await page.goto('/account?tab=keys')
  await page.getByRole('button', { name: 'Make a key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('shop')
  await dialog.getByLabel('Only targets with one of these tags').fill('shop')
  await dialog.getByRole('button', { name: 'Make a key' }).click()
  const made = page.getByRole('dialog', { name: '“shop” was made' })
  const authorization = `Bearer ${await made.locator('code').innerText()}`
  await made.getByRole('button', { name: 'I have stored it' }).click()
  const statusOf = async (id: string) =>
    (await fetch(`${ready.portlight.url}/v1/targets/${id}`, { headers: { authorization } })).status
  expect([await statusOf(targets.shop), await statusOf(targets.depot)]).toEqual([200, 404])
})

test.runIf(stage)('with an authenticator app set up, a browser that is not known is asked for its code', async () => {
  await page.goto('/account?tab=factors')
  await page.getByRole('button', { name: 'Set up: Authenticator app' }).click()
  const dialog = page.getByRole('dialog', { name: 'Authenticator app' })
  const secret = await dialog.locator('.command code').innerText()
  await dialog.getByLabel('The six digits that it shows').fill(totpCode(secret, 0))
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  const codes = page.getByRole('dialog', { name: 'Recovery codes' })
  recoveryCodes = (await codes.locator('code').innerText()).trim().split('\n')
  expect(recoveryCodes).toHaveLength(10)
  await codes.getByRole('button', { name: 'I have stored it' }).click()

  await page.getByRole('button', { name: /^Forget: / }).click()
  await page.getByText('None. The next sign-in asks for a second factor.').waitFor()
  await signOut(page)
  await givePassword(page, operator)
  // A code is good once: that of the next half minute is early, and taken.
  await show(page, 'Code from your authenticator app', totpCode(secret, 30))
  await page.waitForURL(`${ready.url}/`)
})

test.runIf(stage)('a passkey signs in by itself', async () => {
  await addAuthenticator(page)
  await page.goto('/account?tab=factors')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('A name for it').fill('This machine')
  await dialog.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('rowheader', { name: 'This machine' }).waitFor()
  await signOut(page)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL(`${ready.url}/`)
})

let elsewhere: Page

test.runIf(stage)('a recovery code lets another browser in, once', async () => {
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  elsewhere = await openWindow({ userAgent })
  const third = await openWindow()
  for (const one of [elsewhere, third]) {
    await one.goto('/sign-in')
    await givePassword(one, operator)
    await show(one, 'Recovery code', recoveryCodes[0]!)
    if (one === elsewhere) await one.waitForURL(`${ready.url}/`)
  }
  await third.getByRole('alert').filter({ hasText: 'was used already' }).waitFor()
  await third.close()
})

test.runIf(stage)('its owner hears of it by mail, whose link ends that session while its page is open', async () => {
  await elsewhere.goto(scanUrl)
  await elsewhere.getByRole('status').filter({ hasText: 'Live: changes show as they happen.' }).waitFor()
  let letter = await mail.letterTo(operator.email)
  while (!textIn(letter).includes('Firefox on Linux')) letter = await mail.letterTo(operator.email)
  expect(textIn(letter)).toContain('New sign-in to your account')
  await page.goto(linkIn(letter))
  await page.getByRole('button', { name: 'This was not me: end everything' }).click()
  await page.getByRole('heading', { name: 'Every session has ended' }).waitFor()
  await elsewhere.waitForURL(/\/sign-in\?next=/)
  expect(new URL(elsewhere.url()).searchParams.get('next')).toBe(new URL(scanUrl).pathname)
})

test.runIf(stage)('the audit shows what was done, by whom, and that nobody touched it', async () => {
  await owner.goto('/audit')
  for (const [action, who] of [
    ['member.invite', 'you'],
    ['member.join', viewer.name],
    ['member.join', operator.name],
    ['queue.pause', 'you'],
    ['api-key.create', operator.name],
    ['session.begin by: passkey', operator.name],
  ] as const)
    await owner
      .getByRole('row', { name: `${action} ${who}` })
      .first()
      .waitFor()
  await owner.getByRole('button', { name: 'Verify the chain' }).click()
  await owner
    .getByRole('status')
    .filter({ hasText: /^Whole: \d+ entries are what they were/ })
    .waitFor()
})
