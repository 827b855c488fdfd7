import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../../shared/corpus/hostile/', import.meta.url)

/** Lines of the hostile corpus, which a user's clone does not have: then none, and the test says that it is skipped. */
export function hostileCorpus<Line>(file: string): Line[] {
  const path = fileURLToPath(new URL(file, folder))
  if (!existsSync(path)) {
    console.log(`skipped: no hostile corpus (${file})`)
    return []
  }
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}
