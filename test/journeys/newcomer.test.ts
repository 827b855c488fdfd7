import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import type { Locator, Page } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { openStage, setUpInBrowser } from '#test/support/dashboard.ts'
import { createTestDatabase } from '#test/support/database.ts'
import { filesUnder } from '#test/support/files-under.ts'
import { codeIn, startMailServer } from '#test/support/mail-server.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

// Somebody without an account comes to a running Portlight, and leaves with a first truth. Each test goes on where the one before stopped.
const mail = await startMailServer()
const database = await createTestDatabase()
const stage = await openStage({ DATABASE_URL: database.url, SMTP_URL: mail.url, LOG_LEVEL: 'trace' })
const ready = stage!
afterAll(async () => {
  await stage?.close()
  await database.drop()
  await mail.close()
})

const newcomer = { email: 'mia@example.org', password: 'a gate below the windy orchard' }
const host = 'planted.test'
const codes: string[] = []
let admin: Page
let page: Page

const nextCode = async (): Promise<string> => {
  const code = codeIn(await mail.letterTo(newcomer.email))
  codes.push(code)
  return code
}
/** As the right one, but for its last digit. */
const mistyped = (code: string) => code.slice(0, 5) + String((Number(code[5]) + 1) % 10)

/** Goes by the Tab key until this has the focus. */
async function tabTo(wanted: Locator): Promise<void> {
  await wanted.waitFor()
  const focused = wanted.and(page.locator(':focus'))
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await focused.count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the Tab key does not lead to ${String(wanted)}`)
}

/** Fills fields by their labels and sends their form with Enter, without a pointer. */
async function typeIn(fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) {
    await tabTo(page.getByLabel(label, { exact: true }))
    await page.keyboard.insertText(text)
  }
  await page.keyboard.press('Enter')
}

async function press(role: 'button' | 'link', name: string): Promise<void> {
  await tabTo(page.getByRole(role, { name, exact: true }).first())
  await page.keyboard.press('Enter')
}

async function tryCode(code: string): Promise<void> {
  const answered = page.waitForEvent('load')
  await typeIn({ 'Code from the mail': code, 'New password': newcomer.password })
  await answered
}

async function askForCode(): Promise<void> {
  await typeIn({ 'Mail address': newcomer.email })
  await page.waitForURL(/\/sign-up\/code$/)
}

/** What a screen reader comes by, each as role and name, in order. */
const heard = async (part: Locator): Promise<string[]> =>
  [...(await part.ariaSnapshot()).matchAll(/^\s*- (\w+) "(.*?)"/gm)].map(([, role, name]) => `${role} ${name}`)

test.runIf(stage)('a code that is mistyped ten times is good no more, nor is the next within that hour', async () => {
  admin = await (await setUpInBrowser(ready)).newPage()
  page = await (await ready.browser.newContext({ baseURL: ready.url, locale: 'en-GB' })).newPage()
  await page.goto('/sign-up')
  expect(await heard(page.locator('body'))).toEqual([
    'link Portlight',
    'heading Sign up',
    'textbox Mail address',
    'button Mail me a code',
    'link Sign in instead',
  ])
  await askForCode()
  const first = await nextCode()
  const sentence = page.getByRole('alert')
  const body = new URLSearchParams({ code: mistyped(first), password: newcomer.password }).toString()
  await tryCode(mistyped(first))
  expect(await sentence.innerText()).toMatch(/^That is wrong/)
  // Eight more, as the form sends them.
  const statuses = await page.evaluate(`Promise.all(Array.from({ length: 8 }, () =>
    fetch('/sign-up/code', { method: 'POST', body: new URLSearchParams('${body}') }).then(({ status }) => status)))`)
  expect(statuses).toEqual(Array.from({ length: 8 }, () => 401))
  await tryCode(mistyped(first))
  expect(await sentence.innerText()).toMatch(/^That is wrong/)
  await tryCode(first)
  expect(await sentence.innerText()).toMatch(/^Too many tries/)
  expect(await heard(page.locator('body'))).toEqual([
    'link Portlight',
    'heading Look into your mail',
    'textbox Code from the mail',
    'textbox Your name',
    'textbox New password',
    'checkbox Remember me on this browser for 30 days',
    'button Go on',
    'link Mail another code',
  ])

  await press('link', 'Mail another code')
  await askForCode()
  await tryCode(await nextCode())
  expect(await sentence.innerText()).toMatch(/^Too many tries/)
})

test.runIf(stage)('after the hour a new code opens the account, to whoever types it as it was mailed', async () => {
  await sql`update code_budgets set ends_at = now() - interval '1 second'`.execute(database.db)
  await press('link', 'Mail another code')
  await askForCode()
  const code = await nextCode()
  await tryCode(mistyped(code))
  expect(await page.getByRole('alert').innerText()).toMatch(/^That is wrong/)
  await tryCode(code)
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
})

test.runIf(stage)('a host is added, and proved by the record that the page says', async () => {
  await press('link', 'Targets')
  await press('button', 'Add a target')
  await typeIn({ 'Host or address': host })
  await page.getByRole('heading', { name: host }).waitFor()
  await page.locator('header.page-head').getByText('Not proved').waitFor()
  await press('link', 'Proof')
  await press('button', 'Show me what to publish')
  await page.getByText('Publish this record at every name server of the zone:').waitFor()
  const [, name, text] = /^(\S+)\. TXT "(.*)"$/.exec(await page.locator('.command code').innerText())!
  await press('button', 'Look now')
  await page.getByText('Not there', { exact: true }).waitFor()
  ready.lab.publish(host, `${name} TXT ${text}`)
  await press('button', 'Look now')
  await page.getByText('Holds', { exact: true }).waitFor()
  await page.locator('header.page-head').getByText('Proved', { exact: true }).waitFor()
})

async function move(act: 'Pause' | 'Resume', reason: string): Promise<void> {
  await admin.getByRole('button', { name: `${act} Scans by hand` }).click()
  await admin.getByLabel('Reason').fill(reason)
  await admin.getByRole('dialog').getByRole('button', { name: act, exact: true }).click()
  await admin.getByRole('dialog').waitFor({ state: 'detached' })
}

test.runIf(stage)('a scan by all scanners is watched live, left, come back to, and watched to its end', async () => {
  await admin.goto('/queues')
  await move('Pause', 'To look at what waits')
  await press('link', 'New scan')
  const scanners = ready.lab.planted.scanners as {
    ports: { ports: readonly number[] }
    tls: { port: number }
    dns: { nameServerPort: number }
    http: { httpPort: number; httpsPort: number }
  }
  for (const name of Object.keys(scanners).filter((name) => name !== 'whois')) {
    const choice = page.getByRole('listitem').filter({ has: page.locator(`input[value="${name}"]`) })
    await tabTo(choice.locator('summary'))
    await page.keyboard.press('Enter')
  }
  await typeIn({
    'A host or an address of yours': host,
    'TCP ports': scanners.ports.ports.join(','),
    'Port that speaks TLS': String(scanners.tls.port),
    'Port of the name servers': String(scanners.dns.nameServerPort),
    'Port of HTTP': String(scanners.http.httpPort),
    'Port of HTTPS': String(scanners.http.httpsPort),
  })
  const polls: string[] = []
  const untilLive = async () => {
    await page.getByRole('heading', { name: `Scan of ${host}` }).waitFor()
    await page.getByRole('status').filter({ hasText: 'Live: changes show as they happen.' }).waitFor()
    await page.getByText('0 of 5 scanners have ended.').waitFor()
  }
  await untilLive()
  const { pathname } = new URL(page.url())
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === `/v1${pathname}`) polls.push(request.url())
  })
  await press('link', 'Scans')
  await tabTo(page.getByRole('link', { name: host }).first())
  await page.keyboard.press('Enter')
  await untilLive()

  await move('Resume', 'Seen')
  await page.getByText('Finished', { exact: true }).waitFor({ timeout: 60_000 })
  expect(new URL(page.url()).pathname).toBe(pathname)
  expect(polls).toEqual([])
})

test.runIf(stage)('it shows all that is wrong with the host and nothing else, with evidence and mend', async () => {
  const findings = page.locator('details.finding')
  const rules = await findings.locator('.rule code').allTextContents()
  expect([...new Set(rules)].toSorted()).toEqual(ready.lab.planted.findings.toSorted())
  const expired = findings.filter({ hasText: 'The certificate has expired' })
  await tabTo(expired.locator('summary'))
  await page.keyboard.press('Enter')
  expect(await expired.innerText()).toMatch(/Evidence[\s\S]*notAfter: \d{4}[\s\S]*Remedy[\s\S]*Renew the certificate/)
  expect(await heard(expired)).toEqual([
    'heading The certificate has expired',
    'heading Evidence',
    expect.stringMatching(/^figure \d+\/tcp · 127\.0\.0\.1 sent this; it is shown, never obeyed/),
    'button Copy',
    'heading See for yourself',
    'button Copy',
    'heading Remedy',
  ])
})

test.runIf(stage)('no code that was mailed stands in what the processes said', async () => {
  const said = [
    ready.portlight.output(),
    ...filesUnder(ready.portlight.dataDir).map((path) => readFileSync(path, 'latin1')),
  ]
  expect(said.join('')).toContain('sign-up-code')
  expect(codes).toHaveLength(3)
  for (const code of codes) for (const text of said) expect(text).not.toMatch(new RegExp(`(?<![\\d.])${code}(?!\\d)`))
})
