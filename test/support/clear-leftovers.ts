import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findProcess } from '#db/find-process.ts'
import { readLock } from '#db/lock-file.ts'

/** Ends the servers of test runs that were killed, and removes their folders. A run that goes on is left alone. */
export function clearLeftovers(prefix: string) {
  for (const dir of globSync(`${prefix}*`)) {
    const lockFile = join(dir, 'run.lock')
    const note = readJson(lockFile)
    // Without a lock it was made a moment ago, by a run that begins beside us.
    if (note === null || readLock(lockFile)) continue
    endIf('redis-server', note['redisPid'])
    endIf(dir, Number(readText(join(dir, 'postgres/data/postmaster.pid'))?.split('\n')[0]))
    rmSync(dir, { recursive: true, force: true })
  }
}

function endIf(commandHas: string, pid: unknown) {
  if (typeof pid === 'number' && findProcess(pid)?.command.includes(commandHas)) process.kill(pid, 'SIGKILL')
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

const readJson = (file: string) => JSON.parse(readText(file) ?? 'null') as Record<string, unknown> | null
