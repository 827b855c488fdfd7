import { createHmac, randomInt } from 'node:crypto'
import type { Secret } from './secret.ts'

/** Without I, L, O and U, which are misread (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groups = 6
const groupLength = 4

/** 120 bits, in groups that can be read out. */
export const newRecoveryCode = (): string =>
  Array.from({ length: groups }, () =>
    Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join(''),
  ).join('-')

/** What is stored in the code's place; as typed, with whatever stands between the groups. It has too many bits to guess, so a keyed SHA-256 serves. */
export const hashRecoveryCode = (key: Secret<Buffer>, userId: string, code: string): Buffer =>
  createHmac('sha256', key.reveal())
    .update(`${userId}:${code.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')}`)
    .digest()
