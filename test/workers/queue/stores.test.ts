import { expect, test } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { newId } from '#db/model/id.ts'
import { startProxy } from '#test/chaos/proxy.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { openStores } from '#workers/queue/stores.ts'

test('a queue that was asked for while its Postgres was away opens once that is back', async () => {
  const { url } = await useDatabase()
  const direct = new URL(url)
  const proxy = await startProxy(Number(direct.port))
  const throughProxy = new URL(url)
  throughProxy.port = String(proxy.port)
  const stores = await openStores(
    {
      name: 'test',
      databaseUrl: throughProxy.href,
      redisUrl: null,
      poolSizes: { ours: 2, queue: 2 },
      timeoutMillis: 5000,
      onError: () => {},
    },
    AbortSignal.timeout(60_000),
  )
  const scanId = newId()
  const ring = () => stores.bell.ring('run-scan', scanId, { scanId })

  proxy.leadTo(await freePort())
  proxy.cut()
  await expect(ring()).rejects.toThrow()
  proxy.leadTo(Number(direct.port))
  await ring()

  await stores.close()
  await proxy.close()
})
