import { expect, test } from 'vitest'
import { inFormat } from '#workers/channels/webhook/format.ts'

const body = (lines: readonly string[]) =>
  JSON.stringify({ type: 'alert', timestamp: 'now', data: { id: 'one', title: 'shop.example: 1 new', lines } })

test('the standard body goes as it is, a chat gets a text', () => {
  expect(inFormat('standard', body(['x']))).toBe(body(['x']))
  expect(JSON.parse(inFormat('slack', body(['New, high.'])))).toEqual({ text: 'shop.example: 1 new\nNew, high.' })
  expect(JSON.parse(inFormat('json', body(['New, high.'])))).toEqual({
    text: 'shop.example: 1 new\nNew, high.',
    msgtype: 'm.text',
    body: 'shop.example: 1 new\nNew, high.',
  })
})

test('what a target sent calls nobody, links nowhere, and turns no line around', () => {
  const hostile = '<!channel> <https://evil.example|click> & \u202Etxt.exe\r\nsecond\u0000 \u001b[31m'
  const { text } = JSON.parse(inFormat('slack', body([hostile]))) as { text: string }
  expect(text).not.toMatch(/[<>]|[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
  expect(text.split('\n')).toHaveLength(2)
  expect(text).toContain('&lt;!channel&gt;')
  const plain = JSON.parse(inFormat('json', body([hostile]))) as { text: string }
  expect(plain.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
})

test('a long list is cut to what chats take', () => {
  const { text } = JSON.parse(inFormat('slack', body(Array(60).fill('x'.repeat(900))))) as { text: string }
  expect(text.length).toBeLessThanOrEqual(4000)
})
