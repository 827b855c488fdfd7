import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, ConsoleMessage, Page } from 'playwright-core'
import { type HostLab, startHostLab } from '#test/lab/host.ts'
import { openBrowser } from './browser.ts'
import { keyIn, type RunningPortlight, startPortlight } from './portlight.ts'

/** A whole Portlight with its lab, and a browser before it, as somebody who just ran `npm start` has them. */
export interface DashboardStage {
  readonly lab: HostLab
  readonly portlight: RunningPortlight
  /** By the name localhost, where cookies and passkeys live. */
  readonly url: string
  /** Printed by the start; good until the first account is made. */
  readonly setUpCode: string
  readonly browser: Browser
  /** Asks the API with the key of this machine. */
  send(method: string, path: string, body?: unknown): Promise<unknown>
  close(): Promise<void>
}

/** Null, and said so, where there is no Chromium. */
export async function openStage(settings: Readonly<Record<string, string>> = {}): Promise<DashboardStage | null> {
  const browser = await openBrowser()
  if (browser === null) return null
  const lab = await startHostLab()
  const caFile = join(mkdtempSync(join(tmpdir(), 'portlight-stage-')), 'root.pem')
  writeFileSync(caFile, lab.rootPem)
  const portlight = await startPortlight({ ...lab.settings, CA_FILE: caFile, ...settings })
  await portlight.untilSays(/Ctrl-C stops all of it/)
  const url = portlight.url.replace('127.0.0.1', 'localhost')
  const authorization = `Bearer ${keyIn(portlight.dataDir)}`
  return {
    lab,
    portlight,
    url,
    setUpCode: /with the code (\S+)/.exec(portlight.output())?.[1] ?? '',
    browser,
    async send(method, path, body) {
      const answer = await fetch(portlight.url + path, {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return answer.status === 204 ? null : answer.json()
    },
    async close() {
      await browser.close()
      await portlight.stop()
      await lab.close()
    },
  }
}

export const firstPerson = { email: 'ada@example.org', name: 'Ada', password: 'a lamp above the harbour wall' }

/** Makes the first account in a browser as people do, and leaves its context signed in. */
export async function setUpInBrowser({ browser, url, setUpCode }: DashboardStage): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', timezoneId: 'Europe/Amsterdam' })
  const page = await context.newPage()
  await page.goto('/')
  await page.getByLabel('Set-up code').fill(setUpCode)
  await page.getByLabel('Mail address').fill(firstPerson.email)
  await page.getByLabel('Your name').fill(firstPerson.name)
  await page.getByLabel('Password').fill(firstPerson.password)
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.waitForURL(`${url}/`)
  await page.close()
  return context
}

export interface LookedAt {
  /** What is wrong, each in a sentence: WCAG by axe, complaints of the browser (policy, script errors), sideways scrolling, a hostile text that ran. */
  readonly faults: readonly string[]
  readonly scriptBytes: number
  readonly requests: number
  readonly readyMillis: number
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const judge = `axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => id + ': ' + html.slice(0, 160) + ' ' + any.map(({ message }) => message).join(' ')))
)`

export interface Look {
  readonly width: number
  readonly theme: 'light' | 'dark'
  /** Where the picture goes; none is made without it. */
  readonly picture?: string
}

/** Loads a page of the dashboard into this tab and judges it as each of these looks shows it. */
export async function lookAt(page: Page, path: string, looks: readonly Look[]): Promise<LookedAt> {
  const faults: string[] = []
  const complain = (words: string) => faults.push(words)
  const onConsole = (message: ConsoleMessage) => {
    if (message.type() === 'error' || message.type() === 'warning') complain(message.text())
  }
  const onError = (error: Error) => complain(String(error))
  page.on('console', onConsole).on('pageerror', onError)
  try {
    const [first] = looks
    if (first !== undefined) await show(page, first)
    const began = performance.now()
    await page.goto(path)
    await untilShown(page).catch((error: unknown) => {
      throw new Error(`${path} did not show: ${faults.join('; ')}`, { cause: error })
    })
    const readyMillis = Math.round(performance.now() - began)
    const loaded = await page.evaluate<Pick<LookedAt, 'scriptBytes' | 'requests'>>(`({
      scriptBytes: performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      requests: performance.getEntriesByType('resource').length + 1,
    })`)
    await page.evaluate(axe)
    for (const look of looks) {
      await show(page, look)
      if (look.picture !== undefined) {
        mkdirSync(join(look.picture, '..'), { recursive: true })
        await page.screenshot({ path: look.picture, fullPage: true })
      }
      const sideways = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      const said = [
        ...(await page.evaluate<string[]>(judge)),
        ...(sideways > 0 ? [`scrolls sideways by ${sideways} px`] : []),
      ]
      faults.push(...said.map((sentence) => `${look.theme} ${look.width}: ${sentence}`))
    }
    if (await page.evaluate<boolean>("typeof __pwn !== 'undefined'")) complain('a hostile text ran')
    return { faults: faults.map((sentence) => `${path} ${sentence}`), ...loaded, readyMillis }
  } finally {
    page.off('console', onConsole).off('pageerror', onError)
  }
}

async function show(page: Page, { width, theme }: Look): Promise<void> {
  await page.setViewportSize({ width, height: 900 })
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  // Colours that are still changing over have the contrast of neither theme.
  await page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() =>
    Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))).then(() => undefined))`)
}

/** A page has its heading, and nothing on it still loads. */
async function untilShown(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor({ timeout: 15_000 })
  await page.locator('main .loading').first().waitFor({ state: 'detached' })
}
