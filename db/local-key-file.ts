import { join } from 'node:path'

/** Where the key of this machine lies (0600). Apart from what makes one, so that whoever only reads it loads nothing of the database. */
export const localKeyFile = (dataDir: string) => join(dataDir, 'api-key')
