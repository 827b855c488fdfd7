import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Db } from './connect.ts'
import { localKeyFile } from './local-key-file.ts'
import { hashApiKey, hintOf, isApiKey, makeApiKey } from './model/api-key.ts'
import { saveLocalKey } from './queries/api-keys.ts'

/** The key of this machine, from `DATA_DIR/api-key` (0600); made and made known to the database when there is none. */
export async function ensureLocalKey(db: Db, dataDir: string): Promise<{ key: string; isNew: boolean }> {
  const file = localKeyFile(dataDir)
  const known = readKey(file)
  const key = known ?? makeApiKey()
  if (known === undefined) {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(file, `${key}\n`, { mode: 0o600 })
  }
  await saveLocalKey(db, hashApiKey(key), hintOf(key))
  return { key, isNew: known === undefined }
}

function readKey(file: string): string | undefined {
  try {
    const key = readFileSync(file, 'utf8').trim()
    return isApiKey(key) ? key : undefined
  } catch {
    return undefined
  }
}
