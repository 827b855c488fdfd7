import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  truncateSync,
} from 'node:fs'
import { join } from 'node:path'

const mostBytes = 10 * 1024 * 1024
const oldFiles = 5

/** Shortens logs that have outgrown 10 MB, keeping the five parts before: api.log.1 (the newest) to api.log.5. */
export function rotateLogs(folder: string, limitBytes = mostBytes) {
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.log'))) rotate(join(folder, name), limitBytes)
}

/** The writers keep the file open for appending, so it is copied and cut rather than renamed. What is written between the last look and the cut, microseconds apart, is lost. */
function rotate(file: string, limitBytes: number) {
  const source = openSync(file, 'r')
  try {
    if (fstatSync(source).size <= limitBytes) return
    for (let i = oldFiles - 1; i >= 1; i--) moveIfThere(`${file}.${i}`, `${file}.${i + 1}`)
    const buffer = Buffer.alloc(1024 * 1024)
    for (let length: number; (length = readSync(source, buffer)) > 0; )
      appendFileSync(`${file}.1`, buffer.subarray(0, length), { mode: 0o600 })
    truncateSync(file)
  } finally {
    closeSync(source)
  }
}

function moveIfThere(from: string, to: string) {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
