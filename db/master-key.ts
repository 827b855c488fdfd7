import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Secret } from './model/secret.ts'
import type { SealingKey } from './seal.ts'

const keyBytes = 32

/** The message is one sentence for people. */
export class MasterKeyError extends Error {
  override name = 'MasterKeyError'
}

/** The key that wraps all other secrets in the database: 32 bytes in base64, in a file of its owner's alone. @throws MasterKeyError */
export function readMasterKey(file: string): SealingKey {
  let text
  try {
    text = readFileSync(file, 'utf8').trim()
    if ((statSync(file).mode & 0o077) !== 0 && process.platform !== 'win32')
      throw new MasterKeyError(`MASTER_KEY_FILE: others may read ${file}; make it its owner's alone (chmod 600).`)
  } catch (error) {
    if (error instanceof MasterKeyError) throw error
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is none' : `it cannot be read (${code ?? 'unknown error'})`
    throw new MasterKeyError(
      `MASTER_KEY_FILE: ${file} should hold the key of this database's secrets, but ${why}; put back the one that was in use.`,
    )
  }
  const key = Buffer.from(text, 'base64')
  if (key.length === keyBytes && key.toString('base64') === text) return new Secret(key)
  throw new MasterKeyError(`MASTER_KEY_FILE: ${file} does not hold 32 bytes in base64.`)
}

/** Makes the file where there is none. Of two that make it at once both end with the same key. @throws MasterKeyError */
export function ensureMasterKey(file: string): SealingKey {
  const made = `${file}.new-${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(made, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flush: true })
    linkSync(made, file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST')
      throw new MasterKeyError(`MASTER_KEY_FILE: cannot write ${file} (${code ?? 'unknown error'}).`)
  } finally {
    rmSync(made, { force: true })
  }
  return readMasterKey(file)
}
