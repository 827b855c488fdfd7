import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProcess } from './find-process.ts'

/** What a lock file says: who holds it, and what else the holder wrote down. */
export interface Holder {
  readonly pid: number
  readonly startedAt: string
  readonly [note: string]: unknown
}

export interface Lock {
  /** Its last holder ended without letting go of it. */
  readonly wasStale: boolean
  /** Writes down something for those who find the lock taken. */
  note(notes: Readonly<Record<string, unknown>>): void
  release(): void
}

/** Takes a lock that one living process can hold, or says who holds it. A holder that died has lost it. */
export function takeLock(file: string): Lock | Holder {
  const own = `${file}.${process.pid}-${++draftNumber}`
  const mine = { pid: process.pid, startedAt: findProcess(process.pid)?.startedAt ?? '' }
  for (let wasStale = false; ; ) {
    writeFileSync(own, JSON.stringify(mine))
    try {
      // A link appears whole or not at all: nobody reads a lock that is half written.
      linkSync(own, file)
      return heldLock(file, own, mine, wasStale)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    } finally {
      rmSync(own, { force: true })
    }
    const holder = readLock(file)
    if (holder) return holder
    wasStale ||= putAside(file, own)
  }
}

/** Who holds a lock; null where nobody living does. */
export function readLock(file: string): Holder | null {
  const holder = parse(file)
  const found = holder && findProcess(holder.pid)
  return found && found.startedAt === holder.startedAt ? holder : null
}

/** Runs a step that only one process may be in, after waiting for the others. */
export async function withLock<T>(file: string, patienceMillis: number, run: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMillis
  for (;;) {
    const lock = takeLock(file)
    if (isHeld(lock)) return run().finally(() => lock.release())
    if (performance.now() > until) throw new Error(`process ${lock.pid} has held ${file} for too long`)
    await sleep(10)
  }
}

export const isHeld = (lock: Lock | Holder): lock is Lock => 'release' in lock

let draftNumber = 0

function heldLock(file: string, draft: string, mine: Holder, wasStale: boolean): Lock {
  return {
    wasStale,
    note: (notes) => {
      writeFileSync(draft, JSON.stringify({ ...mine, ...notes }))
      renameSync(draft, file)
    },
    release: () => rmSync(file, { force: true }),
  }
}

/** Moves a stale lock out of the way. If somebody took the lock in this very moment, it goes back. */
function putAside(file: string, aside: string): boolean {
  try {
    renameSync(file, aside)
    if (!readLock(aside)) return true
    linkSync(aside, file)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
  return false
}

function parse(file: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder
    return typeof holder.pid === 'number' && typeof holder.startedAt === 'string' ? holder : null
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return null
    throw error
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code
