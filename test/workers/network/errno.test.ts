import { expect, test } from 'vitest'
import { isCutAfterHandshake, meaningOf } from '#workers/network/errno.ts'

const errorOf = (code: string) => Object.assign(new Error(code), { code })

test('only a refusal proves that a port is closed', () => {
  expect(meaningOf(errorOf('ECONNREFUSED'))).toEqual({ status: 'refused' })
})

test.each(['EHOSTUNREACH', 'EHOSTDOWN', 'ENOPROTOOPT'])('%s is the word of a router or host, and kept', (errno) => {
  expect(meaningOf(errorOf(errno))).toEqual({ status: 'unreachable', errno })
})

test("the system's own time-out is silence", () => {
  expect(meaningOf(errorOf('ETIMEDOUT'))).toEqual({ status: 'silent' })
})

test.each([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETUNREACH',
  'ENETDOWN',
  'EACCES',
  'EPERM',
  'EWHATEVER',
])('%s is our own trouble: nobody was asked', (errno) => {
  expect(meaningOf(errorOf(errno))).toEqual({ status: 'not-asked', errno })
})

test('a reset of a connection that had been made does not mean a closed port', () => {
  expect(['ECONNRESET', 'EPIPE', 'ECONNREFUSED'].map((code) => isCutAfterHandshake(errorOf(code)))).toEqual([
    true,
    true,
    false,
  ])
})
