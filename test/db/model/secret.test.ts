import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '#db/model/secret.ts'

const secret = new Secret('swordfish')

test('a secret is given out when it is asked for, and only then', () => {
  expect(secret.reveal()).toBe('swordfish')
  const shown = [
    JSON.stringify({ secret }),
    String(secret),
    inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
    new Error(`it was ${String(secret)}`).stack,
    JSON.stringify(Object.entries(secret)),
  ].join('\n')
  expect(shown).toContain('[secret]')
  expect(shown).not.toContain('swordfish')
})
