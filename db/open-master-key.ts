import type { Db } from './connect.ts'
import { ensureMasterKey, readMasterKey } from './master-key.ts'
import { isAnyKey } from './queries/keys.ts'
import type { SealingKey } from './seal.ts'

/** The key that seals this database's secrets. It is made where there are none yet, and has to be the old one where there are. @throws MasterKeyError */
export const openMasterKey = async (db: Db, file: string): Promise<SealingKey> =>
  (await isAnyKey(db)) ? readMasterKey(file) : ensureMasterKey(file)
