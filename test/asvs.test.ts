import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'

const rows = [
  ...readFileSync('test/asvs.md', 'utf8').matchAll(/^\| (\d[\d.]+) +\| (\d) +\| (.+?) +\| (.+?) +\|$/gm),
].map(([, id, level, how, held]) => ({
  id: id!,
  level: Number(level),
  how: how!,
  tests: [...held!.matchAll(/`([^`]+)`/g)].map(([, file]) => `test/${file}`),
}))

test('every row names tests that are there, or says that it is not met yet', () => {
  expect(rows.length).toBeGreaterThan(190)
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  expect(rows.flatMap(({ tests }) => tests).filter((file) => !existsSync(file))).toEqual([])
  expect(rows.filter(({ tests, how }) => tests.length === 0 && !how.startsWith('Not yet'))).toEqual([])
})

interface Requirement {
  readonly id: string
  readonly level: number
  readonly applicable: boolean
}
const corpus = hostileCorpus<Requirement>('asvs-5.0.0.jsonl')

test.skipIf(corpus.length === 0)('no requirement of levels 1 and 2 that applies is left out', () => {
  const wanted = corpus.filter(({ applicable, level }) => applicable && level <= 2)
  const pairs = (list: readonly { id: string; level: number }[]) =>
    list.map(({ id, level }) => `${id} L${level}`).sort()
  expect(pairs(rows)).toEqual(pairs(wanted))
})
