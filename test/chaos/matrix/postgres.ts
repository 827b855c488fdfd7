import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { freePort } from '#apps/up/free-port.ts'
import { startEmbedded } from '#db/embedded.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { startProcess } from '#test/support/processes.ts'
import { addressOf } from '../lab.ts'
import { type FaultyProxy, startProxy } from '../proxy.ts'
import type { Backend } from '../rig.ts'
import {
  ask,
  type Case,
  must,
  mustBeWhole,
  mustSayLater,
  submission,
  Skipped,
  type Size,
  until,
  untilStatus,
  withRig,
} from './case.ts'

const both = ['pg', 'redis'] as const

/** Postgres ends while a scan runs and another waits, and is away for a while. */
const away = (backend: Backend, { leaseSeconds }: Size, awayMillis: number, signal: NodeJS.Signals) =>
  withRig({ backend, leaseSeconds, workers: 1, silentMillis: () => 800 }, async (rig) => {
    const ids = await Promise.all([1, 2, 3].map((n) => rig.submit(addressOf(n), `scan-${n}`)))
    await untilStatus(rig, ids[0]!, 'running')
    const isLong = awayMillis > 3000
    const restarted = rig.killPostgres(awayMillis, signal)
    if (isLong) {
      await sleep(500)
      for (const url of rig.urls) await mustSayLater(rig, url, { address: addressOf(9), key: 'meanwhile' })
      const health = await ask(rig.urls[0]!, '/healthz')
      must(
        health.status === 200 && health.millis < 1000,
        `/healthz: ${health.status} in ${Math.round(health.millis)} ms`,
      )
    }
    await restarted
    const began = performance.now()
    const back = await until('an API is ready again', async () => (await ask(rig.urls[0]!, '/readyz')).status === 200)
    for (const [i, id] of ids.entries()) await mustBeWhole(rig, id, addressOf(i + 1))
    return { recoveryMillis: performance.now() - began, note: `ready after ${Math.round(back)} ms` }
  })

export const postgresCases: readonly Case[] = [
  {
    row: '5',
    name: 'Postgres restarts (SIGINT)',
    backends: both,
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 7000,
    run: (backend, size) => away(backend, size, 300, 'SIGINT'),
  },
  {
    row: '6',
    name: 'Postgres is killed',
    backends: both,
    inCut: ['pg'],
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 7000,
    run: (backend, size) => away(backend, size, 300, 'SIGKILL'),
  },
  {
    row: '7',
    name: 'Postgres is away for a minute',
    backends: both,
    atMostMillis: () => 15_000,
    run: (backend, size) => away(backend, size, size.outageMillis, 'SIGKILL'),
  },
  {
    row: '8',
    name: 'Postgres has no connection left',
    backends: ['pg'],
    atMostMillis: () => 5000,
    run: (backend) =>
      withRig({ backend, workers: 1, silentMillis: () => 100 }, async (rig) => {
        const held: pg.Client[] = []
        try {
          for (;;) {
            const client = new pg.Client({ connectionString: rig.postgres().url })
            client.on('error', () => {})
            await client.connect()
            held.push(client)
          }
        } catch {
          // As many as there are.
        }
        // A process that comes up now finds none.
        const port = await freePort()
        const late = startProcess('apps/api/main.ts', { ...rig.env, PORT: String(port) })
        for (let i = 0; i < 20; i++) {
          const { status, millis } = await ask(rig.urls[0]!, '/readyz')
          must(status === 200 || status === 503, `/readyz answered ${status}`)
          must(millis < 2500, `/readyz took ${Math.round(millis)} ms`)
        }
        await Promise.all(held.map((client) => client.end()))
        const recoveryMillis = await until(
          'the late API is ready',
          async () => (await ask(`http://127.0.0.1:${port}`, '/readyz')).status === 200,
        )
        await mustBeWhole(rig, await rig.submit(addressOf(1), 'one'), addressOf(1))
        must((await late.stop()) === 0, 'the late API did not end well')
        return { recoveryMillis, note: `${held.length} connections held` }
      }),
  },
  {
    row: '9',
    name: 'the disk of Postgres is full',
    backends: ['pg'],
    atMostMillis: () => 15_000,
    run: async (backend, { leaseSeconds }) => {
      const disk = makeFolder()
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=220m,mode=711', 'tmpfs', disk], { stdio: 'pipe' })
      } catch {
        throw new Skipped('this machine lets nobody mount a small disk')
      }
      try {
        return await withRig(
          { backend, leaseSeconds, workers: 1, silentMillis: () => 300, postgresFolder: disk },
          async (rig) => {
            const before = await rig.submit(addressOf(1), 'before')
            await mustBeWhole(rig, before, addressOf(1))
            const ballast = join(disk, 'ballast')
            const fill = () => {
              try {
                execFileSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k', 'oflag=append', 'conv=notrunc'], {
                  stdio: 'pipe',
                })
              } catch {
                // It is full, which is what was wanted.
              }
            }
            const write = (n: number) => ask(rig.urls[0]!, '/v1/scans', submission(rig, addressOf(n), `full-${n}`))
            let refused = 0
            let accepted: string[] = []
            for (let n = 100; refused === 0 && n < 3000; n++) {
              if (n % 20 === 0 || n === 100) fill()
              const { status, body } = await write(n)
              must(status === 202 || status === 503 || status === 429, `a submission was answered ${status}`)
              if (status === 202) accepted = [...accepted, body!.id!]
              else refused++
            }
            must(refused > 0, 'the disk was never full')
            const reading = await ask(rig.urls[0]!, `/v1/scans/${before}`, {
              headers: { authorization: `Bearer ${rig.key}` },
            })
            must([200, 503].includes(reading.status), `a reading was answered ${reading.status}`)
            rmSync(ballast)
            const began = performance.now()
            await until('a submission is taken again', async () => (await write(9999)).status === 202, 30_000)
            const recoveryMillis = performance.now() - began
            for (const id of accepted) await rig.untilEnded(id, 120_000)
            return {
              recoveryMillis,
              note: `reading was answered ${reading.status}; ${accepted.length} accepted scans ended`,
            }
          },
        )
      } finally {
        execFileSync('umount', ['-l', disk], { stdio: 'pipe' })
      }
    },
  },
  {
    row: '10',
    name: 'a table is locked for ten seconds',
    backends: ['pg'],
    atMostMillis: () => 5000,
    run: (backend) =>
      withRig({ backend, apis: 1, workers: 1, silentMillis: () => 100 }, async (rig) => {
        const url = rig.urls[0]!
        const began = performance.now()
        let slowest = 0
        await rig.db.transaction().execute(async (db) => {
          await sql`lock table scans in access exclusive mode`.execute(db)
          for (let tries = 0; performance.now() - began < 10_000; tries++) {
            const asked = { address: addressOf(1), key: 'one', isAgain: tries > 0 }
            const [health] = await Promise.all([ask(url, '/healthz'), mustSayLater(rig, url, asked)])
            slowest = Math.max(slowest, health.millis)
            // Or Postgres ends it as one that somebody has forgotten.
            await sql`select`.execute(db)
          }
        })
        must(slowest < 1000, `/healthz took ${Math.round(slowest)} ms`)
        const freed = performance.now()
        await mustBeWhole(rig, await rig.submit(addressOf(1), 'one'), addressOf(1))
        return { recoveryMillis: performance.now() - freed, note: `slowest /healthz ${Math.round(slowest)} ms` }
      }),
  },
  {
    row: '11',
    name: 'connections to Postgres are silently dead',
    backends: ['pg'],
    atMostMillis: () => 30_000,
    run: async (backend, { leaseSeconds }) => {
      let proxy: FaultyProxy | undefined
      const through = async ({ postgresPort }: { postgresPort: number }) => {
        proxy = await startProxy(postgresPort)
        return { postgresPort: proxy.port }
      }
      try {
        return await withRig({ backend, leaseSeconds, workers: 2, silentMillis: () => 300, through }, async (rig) => {
          await mustBeWhole(rig, await rig.submit(addressOf(1), 'before'), addressOf(1))
          proxy!.forgetConnections()
          const began = performance.now()
          await mustBeWhole(rig, await rig.submit(addressOf(2), 'after'), addressOf(2))
          return { recoveryMillis: performance.now() - began }
        })
      } finally {
        await proxy?.close()
      }
    },
  },
  {
    row: '12',
    name: 'API and worker start while Postgres is away',
    backends: ['pg'],
    atMostMillis: () => 5000,
    run: (backend) =>
      withRig({ backend, apis: 0, workers: 0, silentMillis: () => 100 }, async (rig) => {
        const restarted = rig.killPostgres(6000)
        const { url } = await rig.startApi()
        rig.startWorker()
        await restarted
        const recoveryMillis = await until('the API is ready', async () => (await ask(url, '/readyz')).status === 200)
        const { body } = await ask(url, '/v1/scans', submission(rig, addressOf(1), 'one'))
        await until('a scan has been completed', async () => {
          const row = await rig.db.selectFrom('scans').select('status').where('id', '=', body!.id!).executeTakeFirst()
          return row?.status === 'completed'
        })
        return { recoveryMillis }
      }),
  },
  {
    row: '20',
    name: 'SIGTERM while the schema is made',
    backends: ['pg'],
    atMostMillis: () => 10_000,
    run: async (_backend, { repetitions }) => {
      const postgres = await startEmbedded(makeFolder())
      const folder = makeFolder()
      const env = { DATABASE_URL: postgres.url, DATA_DIR: folder }
      try {
        const client = new pg.Client({ connectionString: postgres.url })
        await client.connect()
        const ends: Record<string, number> = {}
        for (let i = 0; i < repetitions * 5; i++) {
          await client.query('drop schema public cascade; create schema public; drop schema if exists bullmq cascade')
          const migrating = startProcess('apps/migrate/main.ts', env)
          await sleep(250 + Math.random() * 900)
          const how = await migrating.stop(i % 3 === 0 ? 'SIGKILL' : i % 3 === 1 ? 'SIGTERM' : 'SIGINT')
          ends[how] = (ends[how] ?? 0) + 1
        }
        const began = performance.now()
        const last = startProcess('apps/migrate/main.ts', env)
        must((await last.ended) === 0, `the schema cannot be made any more: ${last.output().slice(-300)}`)
        await client.end()
        return {
          recoveryMillis: performance.now() - began,
          note: Object.entries(ends)
            .map(([how, n]) => `${how} ${n}`)
            .join(' '),
        }
      } finally {
        await postgres.stop()
      }
    },
  },
  {
    row: '32',
    name: 'the database is put back to an earlier moment',
    backends: both,
    atMostMillis: ({ leaseSeconds }) => leaseSeconds * 1000 + 25_000,
    run: (backend, { leaseSeconds }) =>
      withRig({ backend, leaseSeconds, apis: 0, workers: 0, silentMillis: () => 300 }, async (rig) => {
        const { url, part: api } = await rig.startApi()
        const worker = rig.startWorker()
        await until('the API is ready', async () => (await ask(url, '/readyz')).status === 200)
        const submit = async (n: number) =>
          (await ask(url, '/v1/scans', submission(rig, addressOf(n), `scan-${n}`))).body!.id!
        worker.signal('SIGSTOP')
        const waiting = [await submit(1), await submit(2)]
        const name = new URL(rig.postgres().url).pathname.slice(1)
        const admin = async (statements: string[]) => {
          const client = new pg.Client({ connectionString: rig.postgres().url.replace(/\/[^/]*$/, '/template1') })
          await client.connect()
          for (const statement of statements) await client.query(statement)
          await client.end()
        }
        const disconnect = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`
        await admin([
          `alter database "${name}" allow_connections false`,
          disconnect,
          `create database snapshot template "${name}"`,
          `alter database "${name}" allow_connections true`,
        ])
        worker.signal('SIGCONT')
        await until('the API is ready', async () => (await ask(url, '/readyz')).status === 200)
        await until('the scans have ended', async () => {
          const open = await rig.db
            .selectFrom('scans')
            .select('id')
            .where('status', 'in', ['queued', 'running'])
            .execute()
          return open.length === 0
        })
        await admin([
          `alter database "${name}" allow_connections false`,
          disconnect,
          `alter database "${name}" rename to lost`,
          `alter database snapshot rename to "${name}"`,
          `alter database "${name}" allow_connections true`,
        ])
        const began = performance.now()
        await until('every scan of that moment has ended again', async () => {
          const rows = await rig.db.selectFrom('scans').select('status').where('id', 'in', waiting).execute()
          return rows.length === 2 && rows.every(({ status }) => status === 'completed')
        })
        must(api.isAlive(), 'the API did not bear it')
        return { recoveryMillis: performance.now() - began }
      }),
  },
]
