import { join } from 'node:path'

/** Where the built page lies. */
export const builtFolder = join(import.meta.dirname, 'dist')
/** Written last by a build: what it was made of. */
export const stampName = 'made-of'
export const stampFile = join(builtFolder, stampName)
