import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { makeFolder } from '#test/support/portlight.ts'
import { startRedis } from '#test/support/redis-server.ts'
import { addressOf } from '../lab.ts'
import { type FaultyProxy, startProxy } from '../proxy.ts'
import type { Rig } from '../rig.ts'
import { ask, type Case, must, mustBeWhole, submission, untilStatus, withRig } from './case.ts'

/** A command to the rig's own Redis. */
async function say(rig: Rig, ...words: [string, ...string[]]): Promise<unknown> {
  const client = new Redis(rig.redis()!.url)
  try {
    return await client.call(...words)
  } finally {
    client.disconnect()
  }
}

/** A submission is taken although the queue cannot be, and in time: the row is what is promised. */
async function mustBeTaken(rig: Rig, address: string, key: string): Promise<string> {
  const { status, millis, body } = await ask(rig.urls[0]!, '/v1/scans', submission(rig, address, key))
  must(status === 202, `a submission was answered ${status}`)
  must(millis < 2000, `a submission took ${Math.round(millis)} ms`)
  return body!.id!
}

export const redisCases: readonly Case[] = [
  {
    row: '13',
    name: 'Redis is killed',
    backends: ['redis'],
    inCut: ['redis'],
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 20_000,
    run: (backend, { leaseSeconds }) =>
      withRig({ backend, leaseSeconds, workers: 1, silentMillis: () => 500 }, async (rig) => {
        const before = await rig.submit(addressOf(1), 'before')
        await untilStatus(rig, before, 'running')
        const restarted = rig.killRedis(2000)
        const meanwhile = await mustBeTaken(rig, addressOf(2), 'meanwhile')
        await restarted
        const began = performance.now()
        await mustBeWhole(rig, before, addressOf(1))
        await mustBeWhole(rig, meanwhile, addressOf(2))
        return { recoveryMillis: performance.now() - began }
      }),
  },
  {
    row: '13',
    name: 'Redis forgets everything (FLUSHALL)',
    backends: ['redis'],
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 20_000,
    run: (backend, { leaseSeconds }) =>
      withRig({ backend, leaseSeconds, workers: 1, silentMillis: () => 500 }, async (rig) => {
        const [worker] = rig.workers
        worker!.signal('SIGSTOP')
        const ids = await Promise.all([1, 2, 3, 4].map((n) => rig.submit(addressOf(n), `scan-${n}`)))
        await say(rig, 'FLUSHALL')
        worker!.signal('SIGCONT')
        const began = performance.now()
        for (const [i, id] of ids.entries()) await mustBeWhole(rig, id, addressOf(i + 1))
        return { recoveryMillis: performance.now() - began }
      }),
  },
  {
    row: '14',
    name: 'a replica takes the place of Redis',
    backends: ['redis'],
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 20_000,
    run: async (backend, { leaseSeconds }) => {
      let proxy: FaultyProxy | undefined
      const replica = await startRedis(join(makeFolder(), 'replica'))
      const through = async ({ redisPort }: { redisPort: number | null }) => {
        proxy = await startProxy(redisPort!)
        return { redisPort: proxy.port }
      }
      try {
        return await withRig({ backend, leaseSeconds, workers: 1, silentMillis: () => 500, through }, async (rig) => {
          const client = new Redis(replica!.url)
          await client.call('REPLICAOF', '127.0.0.1', new URL(rig.redis()!.url).port)
          await sleep(1500)
          const ids = await Promise.all([1, 2, 3].map((n) => rig.submit(addressOf(n), `scan-${n}`)))
          await client.call('REPLICAOF', 'NO', 'ONE')
          client.disconnect()
          proxy!.leadTo(Number(new URL(replica!.url).port))
          proxy!.cut()
          const began = performance.now()
          ids.push(await rig.submit(addressOf(4), 'scan-4'))
          for (const [i, id] of ids.entries()) await mustBeWhole(rig, id, addressOf(i + 1))
          return { recoveryMillis: performance.now() - began }
        })
      } finally {
        await proxy?.close()
        await replica!.stop()
      }
    },
  },
  {
    row: '15',
    name: 'Redis has no memory left',
    backends: ['redis'],
    atMostMillis: () => 20_000,
    run: (backend, { leaseSeconds }) =>
      withRig({ backend, leaseSeconds, workers: 1, silentMillis: () => 300 }, async (rig) => {
        await say(rig, 'CONFIG', 'SET', 'maxmemory', '1')
        const id = await mustBeTaken(rig, addressOf(1), 'one')
        await sleep(2000)
        await say(rig, 'CONFIG', 'SET', 'maxmemory', '0')
        const began = performance.now()
        await mustBeWhole(rig, id, addressOf(1))
        return { recoveryMillis: performance.now() - began }
      }),
  },
  {
    row: '16',
    name: 'Redis is frozen',
    backends: ['redis'],
    atMostMillis: () => 35_000,
    run: (backend, { leaseSeconds }) =>
      withRig({ backend, leaseSeconds, workers: 1, silentMillis: () => 300 }, async (rig) => {
        const { pid } = rig.redis()!
        process.kill(pid, 'SIGSTOP')
        const ids = [await mustBeTaken(rig, addressOf(1), 'one'), await mustBeTaken(rig, addressOf(2), 'two')]
        await sleep(8000)
        process.kill(pid, 'SIGCONT')
        const began = performance.now()
        for (const [i, id] of ids.entries()) await mustBeWhole(rig, id, addressOf(i + 1))
        return { recoveryMillis: performance.now() - began }
      }),
  },
]
