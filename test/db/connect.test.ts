import { expect, test } from 'vitest'
import { isUnavailable } from '#db/connect.ts'

test('a database that broke off is away; a statement that it refused is not', () => {
  const coded = (code: string) => Object.assign(new Error('from Postgres'), { code })
  for (const code of ['57P01', '57P03', '57014', '08006', '53300', '53100', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'])
    expect(`${code} ${isUnavailable(coded(code))}`).toBe(`${code} true`)
  for (const code of ['23505', '42P01', '22P02', '40001'])
    expect(`${code} ${isUnavailable(coded(code))}`).toBe(`${code} false`)
  for (const message of [
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
    'timeout exceeded when trying to connect',
  ]) {
    expect(isUnavailable(new Error(message))).toBe(true)
  }
  expect(isUnavailable(new TypeError('x is not a function'))).toBe(false)
  expect(isUnavailable('away')).toBe(false)
})
