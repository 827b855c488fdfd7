import { execFile } from 'node:child_process'
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Access } from './embedded-access.ts'
import { type Account, serverEnvironment } from './embedded-place.ts'

/** Makes an empty cluster; it appears whole or not at all, but may be lost when the power fails before `syncCluster`. One process at a time. */
export async function createCluster(programs: string, account: Account, access: Access): Promise<void> {
  const parent = dirname(access.data)
  const drafts = `${basename(access.data)}.new-`
  // A name of our own: an initdb whose starter was killed may still write to the draft that is cleared away here.
  const draft = join(parent, `${drafts}${process.pid}`)
  const passwordFile = `${draft}-password`
  mkdirSync(parent, { recursive: true, mode: 0o711 })
  for (const name of readdirSync(parent).filter((name) => name.startsWith(drafts)))
    rmSync(join(parent, name), { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(passwordFile, `${access.password}\n`, { mode: 0o600, flag: 'wx' })
  if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid)
  try {
    const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', `--pwfile=${passwordFile}`]
    await initdb(programs, account, ['-D', draft, '-U', 'portlight', ...options])
    renameSync(draft, access.data)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new Error(`Postgres could not make its data folder: ${stderr.trim() || message}`, { cause: error })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** Brings a new cluster safely to the disk; it may be in use already. */
export async function syncCluster(programs: string, account: Account, { data }: Access): Promise<void> {
  await initdb(programs, account, ['-D', data, '--sync-only'])
}

const initdb = (programs: string, account: Account, args: string[]) =>
  promisify(execFile)(join(programs, 'bin/initdb'), args, { ...account, cwd: '/', env: serverEnvironment })
