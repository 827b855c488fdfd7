import { expect, test } from 'vitest'
import { readPasted } from '#apps/web/pages/batches/pasted.ts'

test('hosts may stand on lines, or between commas and spaces', () => {
  expect(readPasted(' shop.example\r\nmail.example, 203.0.113.20; 2001:db8::20\n\n')).toEqual({
    kind: 'hosts',
    hosts: ['shop.example', 'mail.example', '203.0.113.20', '2001:db8::20'],
  })
})

test('a table is known by the column target in its head, and stays as it is', () => {
  const text = 'name,"Target",tags\nShop,shop.example,"a, b"'
  expect(readPasted(`\n${text}\n`)).toEqual({ kind: 'csv', text })
})

test('nothing is no host', () => {
  expect(readPasted(' \n')).toEqual({ kind: 'hosts', hosts: [] })
})
