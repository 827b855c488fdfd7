import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

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
