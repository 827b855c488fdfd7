import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** The first is Chromium without the parts that draw windows, which take half of the time. */
const programs = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].map(
  (name) => `/usr/bin/${name}`,
)

/** A real browser of this machine that looks nothing up by itself; null, and said so, where there is none. */
export async function openBrowser(): Promise<Browser | null> {
  const executablePath = programs.find((program) => existsSync(program))
  if (executablePath === undefined) {
    console.log('skipped: there is no Chromium on this machine')
    return null
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
