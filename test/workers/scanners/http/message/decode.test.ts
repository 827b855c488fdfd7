import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeContent } from '#workers/scanners/http/message/decode.ts'

const text = Buffer.from('<title>page</title>'.repeat(100))

test.each([
  ['gzip', gzipSync(text)],
  ['x-gzip', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
])('%s is undone', async (coding, bytes) => {
  expect(await decodeContent([coding], bytes, 10_000)).toEqual({ bytes: text, end: 'complete' })
})

test('nothing is undone where nothing was done', async () => {
  expect(await decodeContent([], text, 10_000)).toEqual({ bytes: text, end: 'complete' })
})

test.each([
  ['gzip', gzipSync(Buffer.alloc(32 * 1024 * 1024))],
  ['br', brotliCompressSync(Buffer.alloc(32 * 1024 * 1024))],
])('a bomb in %s is stopped at the limit', async (coding, bytes) => {
  const { bytes: decoded, end } = await decodeContent([coding], bytes, 100_000)
  expect({ length: decoded.length, end }).toEqual({ length: 100_000, end: 'cut' })
})

test('what breaks off gives what came before, and says so', async () => {
  const noise = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251))
  const packed = gzipSync(noise)
  const { bytes, end } = await decodeContent(['gzip'], packed.subarray(0, packed.length - 20), 100_000)
  expect(end).toBe('broken')
  expect(bytes.length).toBeGreaterThan(0)
  expect(noise.subarray(0, bytes.length)).toEqual(bytes)
})

test.each([['gzip'], ['br'], ['deflate']])('text that claims to be %s is not called whole', async (coding) => {
  expect((await decodeContent([coding], text, 10_000)).end).toBe('broken')
})

test.each([[['x-sealed']], [['gzip', 'gzip']]])('%j is not undone', async (codings) => {
  expect(await decodeContent(codings, gzipSync(gzipSync(text)), 10_000)).toEqual({
    bytes: Buffer.alloc(0),
    end: 'not-decoded',
  })
})
