import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { connect, createPool, type Db } from '#db/connect.ts'
import { startEmbedded } from '#db/embedded.ts'
import { type Backend, startRig } from '#test/chaos/rig.ts'
import { startPortlight } from '#test/support/portlight.ts'

const settleMillis = 5000
const watchedSeconds = 20

/** What it takes while nobody asks for anything: processor of every process and Postgres, and transactions. */
export async function bench(): Promise<void> {
  await npmStart()
  for (const backend of ['pg', 'redis'] satisfies Backend[]) await manyProcesses(backend)
}

async function npmStart(): Promise<void> {
  const portlight = await startPortlight()
  await portlight.untilSays(/Ctrl-C/)
  // It runs already, so it is only asked where.
  const { url } = await startEmbedded(join(portlight.dataDir, 'postgres'))
  const db = connect(createPool({ url, max: 1, name: 'bench', timeoutMillis: 5000, onError: () => {} }))
  await watch('npm start', db)
  await db.destroy()
  await portlight.stop()
  rmSync(dirname(portlight.dataDir), { recursive: true, force: true })
}

async function manyProcesses(backend: Backend): Promise<void> {
  const rig = await startRig({ backend, apis: 2, workers: 3, leaseSeconds: 30 })
  await watch(`2 APIs, 3 workers, queue in ${backend === 'pg' ? 'Postgres' : 'Redis'}`, rig.db)
  await rig.close()
}

async function watch(what: string, db: Db): Promise<void> {
  await sleep(settleMillis)
  const before = { ticks: ticksOfDescendants(), transactions: await transactionsOf(db) }
  await sleep(watchedSeconds * 1000)
  const cores = (ticksOfDescendants() - before.ticks) / ticksPerSecond / watchedSeconds
  const transactions = ((await transactionsOf(db)) - before.transactions) / watchedSeconds
  console.log(`${what.padEnd(42)} ${cores.toFixed(3)} of a core   ${transactions.toFixed(0)} transactions/s`)
}

const transactionsOf = async (db: Db) => {
  const { rows } = await sql<{ n: string }>`
    select sum(xact_commit + xact_rollback) as n from pg_stat_database where datname = current_database()`.execute(db)
  return Number(rows[0]!.n)
}

/** What Linux counts in, whatever its own clock does. */
const ticksPerSecond = 100

/** Processor of all that this process started and that still lives (proc(5), utime and stime of `stat`). */
function ticksOfDescendants(): number {
  const processes = new Map<number, { parent: number; ticks: number }>()
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const fields = statOf(pid)
    if (fields) processes.set(pid, { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) })
  }
  const isOurs = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent
    return parent !== undefined && (parent === process.pid || isOurs(parent))
  }
  return [...processes].reduce((sum, [pid, { ticks }]) => (isOurs(pid) ? sum + ticks : sum), 0)
}

/** From the process' state on: its name may hold anything. */
function statOf(pid: number): readonly string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    return null
  }
}

if (import.meta.main) await bench()
