import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve, sep } from 'node:path'
import { accountFor, placeForData } from './embedded-place.ts'

/** What must be remembered to reach our own server again. */
export interface Access {
  readonly password: string
  readonly port: number
  /** An absolute path. */
  readonly data: string
}

export const loopback = '127.0.0.1'

/** The database is the one that every new cluster has: to make another takes a quarter of a second of the first start. */
export const urlOf = ({ password, port }: Access) => `postgres://portlight:${password}@${loopback}:${port}/postgres`

const fileIn = (folder: string) => join(folder, 'access.json')

/** The access to the server of this folder; made when the folder is new. */
export async function readAccess(folder: string): Promise<Access> {
  const file = fileIn(folder)
  if (existsSync(file)) {
    const access = JSON.parse(readFileSync(file, 'utf8')) as Access
    return { ...access, data: resolve(folder, access.data) }
  }
  const data = placeForData(folder, accountFor(join(folder, 'data')))
  if (existsSync(join(data, 'PG_VERSION')))
    throw new Error(
      `${data} holds a database whose password is lost: put ${file} back, or move ${data} away to begin anew`,
    )
  return saveAccess(folder, { password: randomBytes(24).toString('base64url'), port: await freePort(), data })
}

/** The same access, with another port where a stranger has taken ours. */
export async function withUsablePort(folder: string, access: Access): Promise<Access> {
  return (await isFree(access.port)) ? access : saveAccess(folder, { ...access, port: await freePort() })
}

function saveAccess(folder: string, access: Access): Access {
  const draft = `${fileIn(folder)}.${process.pid}`
  // A folder that is moved takes the data with it, where they lie inside.
  const data = access.data.startsWith(folder + sep) ? access.data.slice(folder.length + 1) : access.data
  writeFileSync(draft, JSON.stringify({ ...access, data }), { mode: 0o600 })
  renameSync(draft, fileIn(folder))
  return access
}

/** A port below those that systems hand out for outgoing connections (Linux from 32768, macOS from 49152), so that it is still ours after a restart. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(26_000, 32_768)
    if (await isFree(port)) return port
  }
}

const isFree = (port: number) =>
  new Promise<boolean>((settle) => {
    const server = createServer()
    server.once('error', () => settle(false))
    server.listen(port, loopback, () => server.close(() => settle(true)))
  })
