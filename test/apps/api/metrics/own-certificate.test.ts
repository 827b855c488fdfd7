import { once } from 'node:events'
import { createServer as createPlain } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { watchCertificate } from '#apps/api/metrics/own-certificate.ts'
import { daysFromNow, dnsName, mint } from '#test/lab/certificates.ts'
import { openMetrics } from '#workers/metrics/metrics.ts'
import { ownCertificateEnds } from '#workers/network/own-certificate.ts'

const stop = new AbortController()
const open: Server[] = []
afterAll(() => {
  stop.abort()
  for (const server of open) server.close()
})

async function portOf(server: Server): Promise<number> {
  open.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function shownAt(publicUrl: string) {
  const metrics = await openMetrics(false)
  const errors: Error[] = []
  watchCertificate(metrics, publicUrl, (error) => errors.push(error), stop.signal)
  const valueOf = async (name: string) =>
    new RegExp(`^portlight_own_certificate_${name} (\\S+)$`, 'm').exec(await metrics.text())?.[1]
  return { errors, valueOf }
}

const proxyShowing = (notAfter: Date) => {
  const { pem, keyPem } = mint({ subject: 'localhost', names: [dnsName('localhost')], notAfter })
  return portOf(createServer({ cert: pem, key: keyPem }))
}

test.each([
  ['will end', 9],
  ['has ended', -3],
])('the certificate of whoever speaks TLS at PUBLIC_URL is told of, where it %s', async (_what, days) => {
  const ends = daysFromNow(days)
  const { valueOf } = await shownAt(`https://localhost:${await proxyShowing(ends)}`)
  await expect.poll(() => valueOf('unseen'), { timeout: 10_000 }).toBe('0')
  expect(Number(await valueOf('expires_timestamp_seconds'))).toBe(Math.floor(ends.getTime() / 1000))
})

test('what cannot be seen is not called good', async () => {
  const { errors, valueOf } = await shownAt(`https://localhost:${await portOf(createPlain())}`)
  await expect.poll(() => errors.length, { timeout: 10_000 }).toBe(1)
  expect([await valueOf('unseen'), await valueOf('expires_timestamp_seconds')]).toEqual(['1', undefined])
})

test('without https there is nothing to ask', async () => {
  const { valueOf } = await shownAt('http://localhost:3000')
  expect(await valueOf('unseen')).toBeUndefined()
})

test('an address in place of a name is asked without naming one', async () => {
  const ends = daysFromNow(20)
  expect((await ownCertificateEnds(`https://127.0.0.1:${await proxyShowing(ends)}`)).getTime()).toBe(
    Math.floor(ends.getTime() / 1000) * 1000,
  )
})
