import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from '#db/execute.ts'
import { localKeyFile } from '#db/local-key-file.ts'
import { root } from './places.ts'

export interface LocalKey {
  readonly key: string
  /** Made by this start. */
  readonly isNew: boolean
}

const migrations = join(root, 'db/migrations')

/**
 * The key of this machine, where the private database says that it was prepared for exactly this program and this key; else null.
 * So a later start need not load the code that prepares one, which would keep the API's from loading.
 */
export async function findPrepared(url: string, dataDir: string): Promise<LocalKey | null> {
  const [row] = await execute(url, commentQuery)
  const expected = fingerprintOf(dataDir)
  return expected !== null && row?.['comment'] === expected.hash ? { key: expected.key, isNew: false } : null
}

/** Writes down, as the database's comment, what it was prepared for. */
export async function notePrepared(url: string, dataDir: string): Promise<void> {
  const { hash } = fingerprintOf(dataDir) ?? {}
  const comment = `execute format('comment on database %I is %L', current_database(), '${hash}')`
  if (hash !== undefined) await execute(url, `do $$ begin ${comment}; end $$`)
}

const commentQuery = `select shobj_description(oid, 'pg_database') as comment from pg_database where datname = current_database()`

/** Of our migrations, the versions of all packages (the queue makes its own tables), and the key; null without a key. */
function fingerprintOf(dataDir: string): { hash: string; key: string } | null {
  const key = readKey(dataDir)
  if (key === null) return null
  const hash = createHash('sha256').update(key)
  const files = [
    join(root, 'package.json'),
    ...readdirSync(migrations)
      .sort()
      .map((name) => join(migrations, name)),
  ]
  for (const file of files) hash.update(readFileSync(file))
  return { hash: hash.digest('hex'), key }
}

function readKey(dataDir: string): string | null {
  try {
    return readFileSync(localKeyFile(dataDir), 'utf8').trim()
  } catch {
    return null
  }
}
