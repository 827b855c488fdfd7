import { accessSync, constants } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/**
 * Node keeps what it compiled here, which halves the time that loading takes. Beside the packages, because whoever can write there decides
 * what is run anyway; where we cannot, starts are slower, and that is all.
 */
export const compileCache = join(root, 'node_modules/.cache/portlight')

/** The data directory as the settings will have it. They take longer to load than a start has time for: a test compares the two. */
export const dataDirOf = (env: NodeJS.ProcessEnv) => resolve(env['DATA_DIR'] || '.portlight')

export const logFolderOf = (dataDir: string) => join(dataDir, 'logs')

/** The environment of our processes, but for DATABASE_URL. */
export const environmentOf = (env: NodeJS.ProcessEnv, dataDir: string): NodeJS.ProcessEnv => ({
  ...env,
  DATA_DIR: dataDir,
  NODE_COMPILE_CACHE: compileCache,
})

/** False where there is no such folder, too. */
export function canWriteTo(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
