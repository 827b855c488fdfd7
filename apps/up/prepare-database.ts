import { connect, createPool } from '#db/connect.ts'
import { ensureLocalKey } from '#db/local-key.ts'
import { migrate } from '#db/migrate.ts'
import { InstanceError } from './instance.ts'
import type { LocalKey } from './prepared.ts'

/** Brings the database up to date and makes sure that it knows this machine's key. @throws InstanceError */
export async function prepareDatabase(url: string, dataDir: string): Promise<LocalKey> {
  const db = connect(createPool({ url, max: 1, name: 'portlight-up', timeoutMillis: 10_000, onError: () => {} }))
  try {
    await migrate(url)
    return await ensureLocalKey(db, dataDir)
  } catch (error) {
    const { hostname, port } = new URL(url)
    throw new InstanceError(`The database at ${hostname}:${port || 5432} could not be prepared: ${wordsOf(error)}`, {
      cause: error,
    })
  } finally {
    await db.destroy()
  }
}

// A connection that was refused at several addresses is an error without a message of its own.
const wordsOf = (error: unknown) => {
  const { message, code } = error as NodeJS.ErrnoException
  return message || code || String(error)
}
