import { get } from 'node:http'
import { get as getByTls } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { InstanceError } from './instance.ts'
import type { Child } from './start-child.ts'

const patienceMillis = 60_000

/** Asks the API until it says that it can take work. @throws InstanceError when it ends or takes too long; rejects when the signal aborts */
export async function untilReady(api: Child, base: string, stop: AbortSignal): Promise<void> {
  const over = new AbortController()
  const asked = untilAnswer(`${base}/readyz`, AbortSignal.any([stop, over.signal]))
  const ended = api.exited.then((how) => {
    throw new InstanceError(api.complaint() ?? `The API ended while it was starting (${how}); its log says why.`)
  })
  const late = sleep(patienceMillis, undefined, { signal: over.signal }).then(() => {
    throw new InstanceError(`The API was not ready within ${patienceMillis / 1000} s; its log says why.`)
  })
  try {
    await Promise.race([asked, ended, late])
  } finally {
    over.abort()
    await Promise.allSettled([asked, late])
  }
}

async function untilAnswer(url: string, signal: AbortSignal): Promise<void> {
  while (!(await isReady(url))) await sleep(20, undefined, { signal })
}

const isReady = (url: string) =>
  new Promise<boolean>((settle) => {
    // Our own process by its address, which no certificate need name.
    const ask = url.startsWith('https:') ? getByTls : get
    const request = ask(url, { agent: false, timeout: 2000, rejectUnauthorized: false }, (response) => {
      response.resume()
      settle(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => settle(false))
  })
