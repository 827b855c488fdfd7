import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { config } from './build-config.ts'
import { builtFolder, stampFile, stampName } from './built.ts'

const folder = import.meta.dirname

/**
 * Builds the page where what it is made of has changed since. Of several that build at once each makes the whole, and the last one's stays.
 * @throws what Vite says of a fault in the sources
 */
export async function buildPage(): Promise<void> {
  const stamp = digestOfSources()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  // Loaded here, since a start that finds the page built needs none of it.
  const { build } = await import('vite')
  const making = join(folder, `dist.${process.pid}`)
  try {
    await build({ ...config, build: { ...config.build, outDir: making } })
    writeFileSync(join(making, stampName), stamp)
    rmSync(builtFolder, { recursive: true, force: true })
    renameSync(making, builtFolder)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

function digestOfSources(): string {
  const root = join(folder, '../..')
  const files = globSync(
    ['apps/web/**/*.{ts,tsx,css,svg,html}', 'apps/client/*.ts', 'db/model/words/**/*.ts', 'package-lock.json'],
    { cwd: root, exclude: (name) => /(^|\/)dist(\.|\/|$)/.test(name) },
  )
  const digest = createHash('sha256')
  for (const file of files.sort())
    digest
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  return digest.digest('hex')
}

if (import.meta.main) await buildPage()
