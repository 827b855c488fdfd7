import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface ProcessFacts {
  /** Opaque; tells a process from a later one that was given the same number. */
  readonly startedAt: string
  /** The command line, its words parted by blanks. */
  readonly command: string
}

/** What the system says about a process. Null when there is none, or only its zombie, which holds nothing any more. */
export function findProcess(pid: number): ProcessFacts | null {
  if (!Number.isSafeInteger(pid) || pid < 1) return null
  return process.platform === 'linux' ? readProc(pid) : askPs(pid)
}

// proc(5): the name, in brackets, may hold blanks and brackets itself. The state is the word after it, the start time the 20th from there.
function readProc(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return null
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { startedAt: fields[19] ?? '', command }
  } catch {
    return null
  }
}

/** The same for macOS, which has no /proc. */
export function askPs(pid: number): ProcessFacts | null {
  try {
    const line = execFileSync('/bin/ps', ['-ww', '-o', 'stat=', '-o', 'lstart=', '-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [, state, startedAt, command] = /^(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/s.exec(line.trim()) ?? []
    if (state === undefined || startedAt === undefined || command === undefined || state.startsWith('Z')) return null
    return { startedAt, command }
  } catch {
    return null
  }
}
