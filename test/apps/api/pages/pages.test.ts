import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { serve } from '@hono/node-server'
import type { Page } from 'playwright-core'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { linkToken } from '#db/model/link-token.ts'
import { mailedCode } from '#db/model/mailed-code.ts'
import { setUpCode } from '#db/model/set-up-code.ts'
import { createInvitation } from '#db/queries/organisations.ts'
import { useApi } from '#test/support/api.ts'
import { openBrowser } from '#test/support/browser.ts'
import { forgetSteps, forgiveBudgets, goodPassword, makePerson } from '#test/support/people.ts'
import { addAuthenticator } from '#test/support/authenticator.ts'

const browser = await openBrowser()
const port = await freePort()
const base = `http://localhost:${port}`
const { db, api } = await useApi([], { publicUrl: base })
const server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port })
await once(server, 'listening')
afterAll(async () => {
  await browser?.close()
  server.close()
})
beforeEach(() => forgiveBudgets(api))

const secretOf = (purpose: 'mailed-code' | 'mailed-link' | 'set-up') => api.deps.credentials.keys(purpose)[0].secret

async function codeFor(email: string): Promise<string> {
  const { challenge_id: id } = await db
    .selectFrom('mails')
    .select('challenge_id')
    .where('recipient', '=', email)
    .where('challenge_id', 'is not', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return mailedCode(secretOf('mailed-code'), id!)
}

/** A window of its own, whose every complaint about the policy fails the test. */
async function openWindow(): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser!.newContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 4')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:' && origin !== base) complaints.push(`asked ${origin}`)
  })
  return { page, complaints }
}

async function fill(page: Page, fields: Record<string, string>, button: string): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value)
  await page.getByRole('button', { name: button, exact: true }).click()
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PORTLIGHT_PICTURES']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}

/** Signing in leads to the dashboard; who one is stands on the account's page. */
async function untilInside(page: Page) {
  await page.waitForURL(`${base}/`)
  await page.goto(`${base}/account`)
  await page.getByRole('heading', { name: 'Account' }).waitFor()
}

test.runIf(browser)('the first account is made by the code that the start printed, once', async () => {
  const { page, complaints } = await openWindow()
  await page.goto(`${base}/set-up`)
  await picture(page, 'set-up')
  const facts = { 'Mail address': 'admin@example.org', 'Your name': 'Ada', Password: goodPassword }
  await fill(page, { 'Set-up code': 'AAAA-AAAA', ...facts }, 'Make it')
  expect(await page.getByRole('alert').innerText()).toContain('wrong')
  await fill(page, { 'Set-up code': setUpCode(secretOf('set-up')), ...facts }, 'Make it')
  await untilInside(page)
  await picture(page, 'account')
  expect(await page.getByRole('main').innerText()).toContain('admin@example.org, owner of')
  await page.goto(`${base}/set-up`)
  expect(page.url()).toBe(`${base}/sign-in`)
  expect(complaints).toEqual([])
})

test.runIf(browser)('somebody signs up, out, in with a passkey alone, and is asked nothing else', async () => {
  const { page, complaints } = await openWindow()
  const email = 'grace@example.org'
  await page.goto(`${base}/sign-up`)
  await picture(page, 'sign-up')
  await fill(page, { 'Mail address': email }, 'Mail me a code')
  await page.waitForURL(`${base}/sign-up/code`)
  await fill(page, { 'Code from the mail': '000000', 'New password': 'password1' }, 'Go on')
  expect(await page.getByRole('alert').innerText()).toContain('common')
  await picture(page, 'sign-up-code')
  await fill(page, { 'Code from the mail': await codeFor(email), 'New password': goodPassword }, 'Go on')
  await untilInside(page)

  await addAuthenticator(page)
  await page.goto(`${base}/account?tab=factors`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('A name for it').fill('My passkey')
  await dialog.getByRole('button', { name: 'Add a passkey' }).click()
  const codes = page.getByRole('dialog', { name: 'Recovery codes' })
  await codes.waitFor()
  expect((await codes.locator('code').innerText()).trim().split('\n')).toHaveLength(10)
  await codes.getByRole('button', { name: 'I have stored it' }).click()
  await page.getByRole('rowheader', { name: 'My passkey' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${base}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await untilInside(page)
  expect(await page.getByRole('main').innerText()).toContain(email)
  expect(complaints).toEqual([])
})

test.runIf(browser)('an act that needs a factor shown again asks for it, and is done after it', async () => {
  const { page, complaints } = await openWindow()
  const email = 'edith@example.org'
  await page.goto(`${base}/sign-up`)
  await fill(page, { 'Mail address': email }, 'Mail me a code')
  await fill(page, { 'Code from the mail': await codeFor(email), 'New password': goodPassword }, 'Go on')
  await untilInside(page)
  await forgetSteps(db)

  await page.goto(`${base}/account?tab=keys`)
  await page.getByRole('button', { name: 'Make a key' }).click()
  const form = page.getByRole('dialog', { name: 'Make a key' })
  await form.getByLabel('Name', { exact: true }).fill('nightly')
  await form.getByRole('button', { name: 'Make a key' }).click()
  const asked = page.getByRole('dialog', { name: 'Show that it is you' })
  await asked.getByLabel('Your password').fill(goodPassword)
  await asked.getByLabel('The code from the mail').fill('000000')
  await asked.getByRole('button', { name: 'Go on' }).click()
  expect(await asked.getByRole('alert').innerText()).toContain('not right')
  await asked.getByLabel('The code from the mail').fill(await codeFor(email))
  await asked.getByRole('button', { name: 'Go on' }).click()

  const once = page.getByRole('dialog', { name: '“nightly” was made' })
  const key = await once.locator('code').innerText()
  expect((await api.send('GET', '/v1/me', undefined, { authorization: `Bearer ${key}` })).status).toBe(200)
  await once.getByRole('button', { name: 'I have stored it' }).click()
  expect(await page.getByRole('main').innerText()).not.toContain(key)
  await page.getByRole('button', { name: 'Revoke: nightly' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No key works').waitFor()
  expect(await page.evaluate('document.activeElement?.getAttribute("aria-labelledby")')).toBe('keys')
  expect(complaints).toEqual([])
})

test.runIf(browser)('a new browser is asked for the mailed code, and a forgotten password is chosen anew', async () => {
  const email = 'joan@example.org'
  const first = await openWindow()
  await first.page.goto(`${base}/sign-up`)
  await fill(first.page, { 'Mail address': email }, 'Mail me a code')
  await fill(first.page, { 'Code from the mail': await codeFor(email), 'New password': goodPassword }, 'Go on')
  await untilInside(first.page)

  const second = await openWindow()
  await second.page.goto(`${base}/sign-in`)
  await picture(second.page, 'sign-in')
  await fill(second.page, { 'Mail address': email, Password: 'not the right one' }, 'Sign in')
  expect(await second.page.getByRole('alert').innerText()).toContain('wrong')
  await fill(second.page, { 'Mail address': email, Password: goodPassword }, 'Sign in')
  await second.page.waitForURL(`${base}/sign-in/factor`)
  await picture(second.page, 'factor')
  await fill(second.page, { 'Code from the mail': await codeFor(email) }, 'Go on')
  await untilInside(second.page)

  const third = await openWindow()
  await third.page.goto(`${base}/reset`)
  await fill(third.page, { 'Mail address': email }, 'Mail me a code')
  const chosen = 'another staple for the battery horse'
  await fill(third.page, { 'Code from the mail': await codeFor(email), 'New password': chosen }, 'Go on')
  await untilInside(third.page)
  // Every session from before has ended; the first browser is still known.
  await first.page.goto(`${base}/account`)
  await first.page.waitForURL(/\/sign-in\?/)
  await fill(first.page, { 'Mail address': email, Password: chosen }, 'Sign in')
  // On to where they were going.
  await first.page.waitForURL(`${base}/account`)
  for (const { complaints } of [first, second, third]) expect(complaints).toEqual([])
})

test.runIf(browser)('the link of a mail does nothing before its one button is pressed', async () => {
  const ada = await makePerson(api)
  const { page, complaints } = await openWindow()
  const token = linkToken(secretOf('mailed-link'), 'not-me', ada.sessionId)
  await page.goto(`${base}/not-me?id=${ada.sessionId}&token=${token}`)
  await picture(page, 'not-me')
  expect((await ada.send('GET', '/v1/me')).status).toBe(200)
  await page.getByRole('button').click()
  await page.getByRole('heading', { name: 'Every session has ended' }).waitFor()
  await expect.poll(async () => (await ada.send('GET', '/v1/me')).status, { timeout: 1000 }).toBe(401)
  await page.goto(`${base}/not-me?id=${ada.sessionId}&token=${token}`)
  await page.getByRole('button').click()
  expect(await page.getByRole('alert').innerText()).toContain('worn out')
  expect(complaints).toEqual([])
})

test.runIf(browser)('an invitation makes an account where sign-up is closed to others', async () => {
  const ada = await makePerson(api)
  const id = await createInvitation(db, {
    organisationId: ada.organisationId,
    email: 'guest@example.org',
    role: 'viewer',
    invitedBy: ada.id,
  })
  const { page, complaints } = await openWindow()
  await page.goto(`${base}/invitation?id=${id}&token=${linkToken(secretOf('mailed-link'), 'invitation', id)}`)
  await picture(page, 'invitation')
  await fill(page, { Password: goodPassword }, 'Make my account and join')
  await untilInside(page)
  expect(await page.getByRole('main').innerText()).toContain('guest@example.org, viewer of')
  expect(complaints).toEqual([])
})

test('a form that another site sends, and one that says nothing of where it is from, is refused', async () => {
  const send = (headers: Record<string, string>) =>
    api.app.request('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '3', ...headers },
      body: 'a=b',
    })
  expect((await send({ origin: 'https://evil.example' })).status).toBe(403)
  expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await send({})).status).toBe(403)
  expect((await send({ origin: base })).status).toBe(422)
})

test('what a link or a field says is text on the page', async () => {
  const hostile = '"><script>alert(1)</script>'
  for (const path of ['/not-me', '/invitation', '/restore']) {
    const page = await (
      await api.app.request(`${path}?id=${encodeURIComponent(hostile)}&token=${encodeURIComponent(hostile)}`)
    ).text()
    expect(page).not.toContain('<script>alert')
  }
})
