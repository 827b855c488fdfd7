import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProcess } from '#db/find-process.ts'
import { freePort } from '#apps/up/free-port.ts'

const root = join(import.meta.dirname, '../..')
/** A variable that all descendants inherit; only Postgres does not, whose command line names its data. */
export const markName = 'PORTLIGHT_TEST_MARK'

export interface RunningPortlight {
  readonly dataDir: string
  readonly url: string
  /** npm's own process, which is the one that a terminal or a service manager knows. */
  readonly npmPid: number
  /** Settles with its exit code. */
  readonly exited: Promise<number | null>
  /** Everything it said, on both streams. */
  output(): string
  /** Waits until it has said this. Rejects when it ends before. */
  untilSays(words: RegExp): Promise<void>
  /** Every process that it started, in so many generations, and that still lives. */
  processes(): { pid: number; command: string }[]
  get(path: string): Promise<Response>
  /** Asks it to stop, and waits. */
  stop(): Promise<void>
}

/** A new folder in which a Postgres can keep its data, whoever it runs as. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portlight-up-'))
  chmodSync(folder, 0o711)
  return folder
}

/** Runs `npm start` with these settings, on a port and with data of its own. */
export async function startPortlight(settings: Record<string, string> = {}): Promise<RunningPortlight> {
  const mark = randomUUID()
  const dataDir = settings['DATA_DIR'] ?? join(makeFolder(), 'data')
  const port = settings['PORT'] ?? String(await freePort())
  const env = { ...process.env, ...settings, DATA_DIR: dataDir, PORT: port, [markName]: mark }
  // A group of its own, as a terminal makes one for each command: Ctrl-C goes to all of it.
  const npm = spawn('npm', ['start', '--silent'], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [npm.stdout, npm.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = once(npm, 'close').then(([code]) => code as number | null)
  const url = `http://127.0.0.1:${port}`

  return {
    dataDir,
    url,
    npmPid: npm.pid ?? 0,
    exited,
    output: () => output,
    async untilSays(words) {
      while (!words.test(output)) {
        const heard = Promise.race([once(npm.stdout, 'data'), once(npm.stderr, 'data')]).then(() => true)
        const goesOn = await Promise.race([heard, exited.then(() => false)])
        if (!goesOn && !words.test(output)) throw new Error(`npm start ended without saying ${words}: ${output}`)
      }
    },
    processes: () => processesOf(dataDir, mark),
    get: (path) => fetch(url + path, { headers: { authorization: `Bearer ${keyIn(dataDir)}` } }),
    async stop() {
      npm.kill('SIGTERM')
      await exited
    },
  }
}

export const keyIn = (dataDir: string) => readFileSync(join(dataDir, 'api-key'), 'utf8').trim()

/** Everything that lives and has this mark in its environment, or this folder in its command line. */
export const processesOf = (folder: string, mark: string) =>
  allProcesses().filter(({ pid, command }) => command.includes(folder) || isMarked(pid, mark))

function allProcesses(): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const found = findProcess(Number(name))
      return found ? [{ pid: Number(name), command: found.command }] : []
    })
}

function isMarked(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${markName}=${mark}`)
  } catch {
    return false
  }
}
