import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { inOrder } from '#apps/cli/in-order.ts'
import { type Line, linesOf } from '#apps/cli/lines.ts'

async function* from<Item>(items: Iterable<Item>) {
  yield* items
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

test('results come in the order of the items, whatever finishes first, and no more run than may', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(40),
      async (scheduler, concurrency, size) => {
        let running = 0
        let most = 0
        const work = async (item: number) => {
          most = Math.max(most, ++running)
          await scheduler.schedule(Promise.resolve())
          running--
          return item * 2
        }
        const items = Array.from({ length: size }, (_, index) => index)
        const results = collect(inOrder(from(items), concurrency, work))
        await scheduler.waitFor(results)
        expect(await results).toEqual(items.map((item) => item * 2))
        expect(most).toBe(Math.min(concurrency, size))
      },
    ),
    { numRuns: 50 },
  )
})

test('a result is given as soon as its turn has come, while the source still waits for its next item', async () => {
  const more = Promise.withResolvers<void>()
  async function* source() {
    yield 1
    await more.promise
    yield 2
  }
  const results = inOrder(source(), 4, async (item) => item)
  expect(await results.next()).toEqual({ done: false, value: 1 })
  more.resolve()
  expect(await results.next()).toEqual({ done: false, value: 2 })
  expect(await results.next()).toMatchObject({ done: true })
})

test('nothing is read far ahead of the first that is not done', async () => {
  let read = 0
  async function* endless() {
    for (;;) yield read++
  }
  const first = Promise.withResolvers<void>()
  const results = inOrder(endless(), 2, (item) => (item === 0 ? first.promise : Promise.resolve()))
  const next = results.next()
  for (let turn = 0; turn < 1000; turn++) await Promise.resolve()
  expect(read).toBeLessThanOrEqual(17)
  first.resolve()
  await next
  await results.return(undefined)
})

test('a source that breaks breaks the results', async () => {
  async function* broken() {
    yield 1
    throw new Error('the disk is gone')
  }
  await expect(collect(inOrder(broken(), 2, async (item) => item))).rejects.toThrow('the disk is gone')
})

const read = (chunks: readonly (string | Buffer)[]): Promise<Line[]> => collect(linesOf(from(chunks)))

test('lines are found wherever the chunks are cut, inside a character too', async () => {
  const text = 'first\r\n\n  日本語  \nlast'
  const lines = [
    { number: 1, text: 'first' },
    { number: 3, text: '日本語' },
    { number: 4, text: 'last' },
  ]
  const bytes = Buffer.from(text)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), async (one, other) => {
      const [first, second] = [Math.min(one, other), Math.max(one, other)]
      const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]
      expect(await read(chunks)).toEqual(lines)
    }),
  )
})

test('a line that is too long is one line that says so, and those after it are read', async () => {
  const part = 'x'.repeat(400_000)
  expect(await read([part, part, part, part, `${part}\nshort\n`])).toEqual([
    { number: 1, tooLong: true },
    { number: 2, text: 'short' },
  ])
  expect(await read([`${part.repeat(3)}\nshort`])).toEqual([
    { number: 1, tooLong: true },
    { number: 2, text: 'short' },
  ])
})
