import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Access, loopback, readAccess, urlOf, withUsablePort } from './embedded-access.ts'
import { createCluster, syncCluster } from './embedded-cluster.ts'
import { type Account, accountFor, programsFor, serverEnvironment } from './embedded-place.ts'
import { execute } from './execute.ts'
import { findProcess } from './find-process.ts'
import { withLock } from './lock-file.ts'

export interface EmbeddedOptions {
  /** Settings beside ours, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where the server writes its log; `postgres.log` in its folder unless said. */
  readonly logFile?: string
  /** Called while a new data folder is being made, which takes a second: time for other work. */
  readonly onFirstStart?: () => void
}

export interface Embedded {
  /** The same after each restart, unless a stranger took the port meanwhile. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** It ran already: whoever started it ended without stopping it. */
  readonly adopted: boolean
  /** Where the data lie: outside the folder when the server's account cannot go there. */
  readonly data: string
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<void>
  /** Ends its sessions and the server, and waits until it is gone. */
  stop(): Promise<void>
}

interface Server {
  readonly pid: number
  readonly exited: Promise<void>
  readonly adopted: boolean
  readonly stop: () => Promise<void>
  /** Why it ended, in the words of its log. */
  readonly lastWords: () => string
}

const ourSettings = {
  listen_addresses: loopback,
  unix_socket_directories: '',
  max_connections: 100,
  shared_buffers: '64MB',
  // Disks turn no more, and what is asked often lies in memory.
  random_page_cost: '1.1',
  // `%a` is the process and the request or scan that it works for, which `portlight trace` looks for.
  log_line_prefix: '%m [%p] %a ',
  log_min_duration_statement: 1000,
  // Values may be secrets, or people's.
  log_parameter_max_length: 0,
}
const pollMillis = 15
/** Replaying the log after a crash may take its time. */
const readyPatienceMillis = 300_000

/** Starts the private PostgreSQL of this folder, or adopts it where it runs already. It answers queries by then. */
export async function startEmbedded(dir: string, options: EmbeddedOptions = {}): Promise<Embedded> {
  mkdirSync(dir, { recursive: true, mode: 0o711 })
  const folder = realpathSync(dir)
  return withLock(join(folder, 'start.lock'), readyPatienceMillis, () => start(folder, options))
}

async function start(folder: string, options: EmbeddedOptions): Promise<Embedded> {
  let access = await readAccess(folder)
  const running = findServer(access.data)
  if (running) return adopt({ ...access, port: running.port }, running.pid)
  for (const giveUpAt = performance.now() + 10_000; ; await sleep(100)) {
    access = await withUsablePort(folder, access)
    try {
      return await launch(access, { logFile: join(folder, 'postgres.log'), ...options })
    } catch (error) {
      // The last sessions of a killed server take a moment to leave, and a port that was free a moment ago may be taken now.
      if (!/still in use|could not bind/.test(String(error)) || performance.now() > giveUpAt) throw error
    }
  }
}

async function adopt(access: Access, pid: number): Promise<Embedded> {
  const exited = untilGone(pid, { ref: false })
  const stop = () => stopServer(access.data, pid, untilGone(pid))
  return whenReady(access, { pid, exited, adopted: true, stop, lastWords: () => 'it was shutting down' })
}

async function launch(access: Access, options: EmbeddedOptions & { logFile: string }): Promise<Embedded> {
  const account = accountFor(access.data)
  const programs = await programsFor(account)
  const isNew = !existsSync(join(access.data, 'PG_VERSION'))
  if (isNew) {
    const created = createCluster(programs, account, access)
    options.onFirstStart?.()
    await created
  }
  const server = await whenReady(access, await spawnServer(programs, account, access, options))
  if (!isNew || options.settings?.['fsync'] === 'off') return server

  // Nobody waits for this: what a power failure could take in this second is a database that was just made.
  const synced = syncCluster(programs, account, access).catch(() => {})
  return { ...server, stop: () => synced.then(() => server.stop()) }
}

async function spawnServer(
  programs: string,
  account: Account,
  { data, port }: Access,
  { logFile, settings }: EmbeddedOptions & { logFile: string },
): Promise<Server> {
  const all = { ...ourSettings, port, ...settings }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(logFile, 'a', 0o600)
  const logBegins = fstatSync(log).size
  // A process group of its own: Ctrl-C on the terminal is not for the server, which has to end last.
  const child = spawn(join(programs, 'bin/postgres'), ['-D', data, ...flags], {
    ...account,
    cwd: data,
    env: serverEnvironment,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = new Promise<void>((settle) => child.once('exit', () => settle()))
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  // It may outlive us; only who stops it waits for its end.
  child.unref()
  const stop = () => {
    child.ref()
    return stopServer(data, pid, exited)
  }
  return { pid, exited, adopted: false, stop, lastWords: () => `${lastComplaint(logFile, logBegins)} (${logFile})` }
}

async function whenReady(access: Access, server: Server): Promise<Embedded> {
  const { pid, adopted, exited, stop } = server
  const url = urlOf(access)
  try {
    await untilAnswering(url, server)
  } catch (error) {
    if (!adopted) await stop()
    throw error
  }
  return { url, port: access.port, pid, adopted, data: access.data, exited, stop }
}

async function untilAnswering(url: string, { exited, lastWords }: Server): Promise<void> {
  let hasEnded = false
  void exited.then(() => (hasEnded = true))
  for (const giveUpAt = performance.now() + readyPatienceMillis; ; await sleep(pollMillis)) {
    try {
      await execute(url, 'select 1')
      return
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? ''
      if (hasEnded) throw new Error(`Postgres ended before it was ready: ${lastWords()}`, { cause: error })
      // Class 28: the server is not the one whose password we know.
      if (code.startsWith('28') || performance.now() > giveUpAt) throw error
    }
  }
}

async function stopServer(data: string, pid: number, exited: Promise<void>): Promise<void> {
  if (findServer(data)?.pid === pid) {
    process.kill(pid, 'SIGINT')
    const isLate = await Promise.race([exited.then(() => false), sleep(30_000, true, { ref: false })])
    // Without a last checkpoint: the next start replays the log.
    if (isLate) process.kill(pid, 'SIGQUIT')
  }
  await exited
}

/** The server that runs on these data. What a pid file says of a server that is gone is thrown away: PostgreSQL would take any process with its number for one. */
function findServer(data: string): { pid: number; port: number } | null {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  const command = findProcess(pid)?.command ?? ''
  if (`${command} `.includes(`-D ${data} `)) return { pid, port }
  if (!command.includes('postgres')) rmSync(file, { force: true })
  return null
}

async function untilGone(pid: number, options: { ref?: boolean } = {}): Promise<void> {
  while (findProcess(pid)) await sleep(100, undefined, options)
}

function lastComplaint(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString('utf8').trim().split('\n')
  return (lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '').replace(/^.*?(?=FATAL|PANIC)/, '')
}
