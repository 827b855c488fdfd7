import { expect, test } from 'vitest'
import { inTurn } from '#workers/scanners/whois/turns.ts'

const running = new AbortController().signal

test('a server is asked one question at a time, in order; another server does not wait', async () => {
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const asks = [
    inTurn('one', running, async () => {
      order.push('first begins')
      await first.promise
      order.push('first ends')
    }),
    inTurn('one', running, async () => void order.push('second')),
    inTurn('other', running, async () => {
      order.push('elsewhere')
      first.resolve()
    }),
  ]
  await Promise.all(asks)
  expect(order).toEqual(['first begins', 'elsewhere', 'first ends', 'second'])
})

test('a question that fails gives its turn away', async () => {
  await expect(inTurn('failing', running, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await inTurn('failing', running, async () => 'yes')).toBe('yes')
})

test('a run that ends does not wait, and those behind it still wait for the first', async () => {
  const ended = new AbortController()
  const first = Promise.withResolvers<void>()
  const order: string[] = []
  const asks = [
    inTurn('busy', running, async () => {
      await first.promise
      order.push('first')
    }),
    inTurn('busy', ended.signal, async () => void order.push('ended')),
    inTurn('busy', running, async () => void order.push('third')),
  ]
  ended.abort()
  await asks[1]
  first.resolve()
  await Promise.all(asks)
  expect(order).toEqual(['ended', 'first', 'third'])
})
