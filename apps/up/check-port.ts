import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { InstanceError } from './instance.ts'
import { isHere } from './settings.ts'

/** Makes sure that nobody else listens where the API will, waiting a while for one that is about to leave. @throws InstanceError */
export async function checkPort(host: string, port: number, patienceMillis = 0): Promise<void> {
  for (const giveUpAt = performance.now() + patienceMillis; ; await sleep(100)) {
    const complaint = await whyNot(host, port)
    if (complaint === null) return
    if (performance.now() >= giveUpAt) throw new InstanceError(complaint)
  }
}

async function whyNot(host: string, port: number): Promise<string | null> {
  const own = await tryListening(host, port)
  if (own !== null && own !== 'EADDRINUSE') return `HOST or PORT: cannot listen on ${host}, port ${port} (${own}).`
  // The address that people are given may say localhost, which can lead a browser to either of these.
  const names = isHere(host) ? ['127.0.0.1', '::1'] : []
  const others = await Promise.all(names.map((address) => tryListening(address, port)))
  if (![own, ...others].includes('EADDRINUSE')) return null
  return `PORT: ${port} is taken by another program. Stop that one, or set PORT to another number.`
}

const tryListening = (host: string, port: number) =>
  new Promise<string | null>((settle) => {
    const server = createServer()
    server.once('error', ({ code }: NodeJS.ErrnoException) => settle(code ?? 'unknown error'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => settle(null)))
  })
