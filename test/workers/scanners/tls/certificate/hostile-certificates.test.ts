import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { result as schema } from '#workers/scanners/tls/schema.ts'
import { judgeChain } from '#workers/scanners/tls/certificate/judge-chain.ts'
import { storeRoots } from '#workers/scanners/tls/certificate/store-roots.ts'
import { mint } from '../../../../lab/certificates.ts'
import { mintHostile } from '../../../../lab/tls-hostile-certificates.ts'

const lab = mintHostile()
const roots = storeRoots([lab.root.pem])
const now = new Date()
const certificates = schema.shape.certificates

const judge = (ders: readonly Uint8Array[], referenceIdentity = 'good.example') =>
  judgeChain(ders, { referenceIdentity, roots, now })

for (const [name, { chain, is }] of Object.entries(lab.chains)) {
  test(`${name}: is read for what it is, and fits what is stored`, () => {
    const began = performance.now()
    const judged = judge(chain.map(({ der }) => der))
    expect(performance.now() - began).toBeLessThan(2000)
    const { readable, ...expected } = is
    expect(judged.chain).toMatchObject(expected)
    expect(judged.certificates.every((one) => one.readable)).toBe(readable ?? true)
    expect(certificates.parse(judged.certificates)).toEqual(judged.certificates)
  })
}

test('a name that looks like two stays one', () => {
  const [leaf] = judge(lab.chains['san-quote-confusion']?.chain.map(({ der }) => der) ?? []).certificates
  expect(leaf).toMatchObject({ names: [{ type: 'dns', value: 'evil.example, DNS:good.example' }], nameCount: 1 })
})

test('of 20,000 names 256 are kept, all are counted and all count for the match', () => {
  const names = [...Array.from({ length: 9999 }, (_, index) => `n${index}.ex`), 'good.example']
  const { der } = mint({ subject: 'x', issuer: lab.root, names })
  const { chain, certificates } = judge([der])
  expect(chain.nameMatches).toBe(true)
  expect(certificates[0]).toMatchObject({ nameCount: 10_000 })
  expect(certificates[0]).toHaveProperty('names.length', 256)
})

test('a control character in a subject is shown, not kept', () => {
  const [leaf] = judge(lab.chains['ou-ansi']?.chain.map(({ der }) => der) ?? []).certificates
  expect(leaf).toHaveProperty('subject', 'OU=\\1B[2J\\1B]0\\;owned\\07')
})

test('no bytes at all make reading throw', () => {
  const good = mint({ subject: 'good.example', issuer: lab.root, names: ['good.example', '192.0.2.1'] }).der
  const mutated = fc
    .array(fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const bytes = Buffer.from(good)
      for (const { at, byte } of changes) bytes[at] = byte
      return bytes
    })
  const anything = fc.oneof(
    mutated,
    fc.uint8Array({ maxLength: 200 }),
    fc.nat(good.length).map((end) => good.subarray(0, end)),
  )
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 3 }), (ders) => {
      const judged = judge(ders)
      certificates.parse(judged.certificates)
      expect(judged.chain.sent.length).toBe(ders.length)
    }),
    { numRuns: 500 },
  )
})

const corpus = resolve('../shared/corpus/hostile/certificates.jsonl')
test.skipIf(!existsSync(corpus))('every certificate of the hostile corpus has its like in the lab', () => {
  const names = readFileSync(corpus, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { name: string }).name)
  expect(names.filter((name) => !(name in lab.chains))).toEqual([])
})
if (!existsSync(corpus)) console.log('skipped: no hostile corpus')
