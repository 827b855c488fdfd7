import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Secret } from '#db/model/secret.ts'
import { seal, UnsealError, unseal } from '#db/seal.ts'

const key = new Secret(randomBytes(32))
const plain = Buffer.from('a TOTP seed')

test('what was sealed opens under the same key and row', () => {
  expect(unseal(key, 'row-1', seal(key, 'row-1', plain)).reveal()).toEqual(plain)
})

test('the same value is sealed differently each time', () => {
  expect(seal(key, 'row-1', plain)).not.toEqual(seal(key, 'row-1', plain))
})

test('another row, another key, and any changed byte open nothing', () => {
  const sealed = seal(key, 'row-1', plain)
  expect(() => unseal(key, 'row-2', sealed)).toThrow(UnsealError)
  expect(() => unseal(new Secret(randomBytes(32)), 'row-1', sealed)).toThrow(UnsealError)
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    expect(() => unseal(key, 'row-1', changed)).toThrow(UnsealError)
  }
  for (let length = 0; length < sealed.length; length++)
    expect(() => unseal(key, 'row-1', sealed.subarray(0, length))).toThrow(UnsealError)
})
