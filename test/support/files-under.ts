import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file of a folder and of those in it. */
export const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesUnder(path) : [path]
  })
