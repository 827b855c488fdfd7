import { connect, createPool } from '#db/connect.ts'
import { ensureLocalKey } from '#db/local-key.ts'
import { migrate } from '#db/migrate.ts'
import { InstanceError } from './instance.ts'
import { MasterKeyError } from '#db/master-key.ts'
import { setUpCode } from '#db/model/set-up-code.ts'
import { openMasterKey } from '#db/open-master-key.ts'
import { keysFor } from '#db/queries/keys.ts'
import { isAnyUser } from '#db/queries/users.ts'
import { UnsealError } from '#db/seal.ts'
import type { LocalKey } from './prepared.ts'

export interface Prepared extends LocalKey {
  /** What makes the first account; null once there is one. */
  readonly setUpCode: string | null
}

/** Where this machine keeps what the database is not given. */
export interface Places {
  readonly dataDir: string
  readonly masterKeyFile: string
}

/** Brings the database up to date, and makes sure that this machine has the master key and the database this machine's. @throws InstanceError */
export async function prepareDatabase(url: string, { dataDir, masterKeyFile }: Places): Promise<Prepared> {
  const db = connect(createPool({ url, max: 1, name: 'portlight-up', timeoutMillis: 10_000, onError: () => {} }))
  try {
    await migrate(url)
    const key = await ensureLocalKey(db, dataDir)
    const masterKey = await openMasterKey(db, masterKeyFile)
    const [{ secret }] = await keysFor(db, masterKey, 'set-up')
    return { ...key, setUpCode: (await isAnyUser(db)) ? null : setUpCode(secret) }
  } catch (error) {
    if (error instanceof MasterKeyError) throw new InstanceError(error.message)
    if (error instanceof UnsealError) throw new InstanceError(`MASTER_KEY_FILE: ${error.message}.`)
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
