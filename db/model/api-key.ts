import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const secretLength = 32
const checksumLength = 6

/** `pl_`, 32 random letters and digits (190 bits), and a checksum, so that a mistyped or cut-off key is told from a wrong one without asking. */
export function makeApiKey(): string {
  const secret = Array.from({ length: secretLength }, () => alphabet[randomInt(alphabet.length)]).join('')
  return `pl_${secret}${checksumOf(secret)}`
}

export function isApiKey(text: string): boolean {
  const [, secret, checksum] = /^pl_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/.exec(text) ?? []
  return secret !== undefined && checksumOf(secret) === checksum
}

/** What a list shows of a key, so that its owner knows which one it is: 24 of its 190 bits. */
export const hintOf = (key: string): string => key.slice(0, 7)

/** What is stored in the key's place. It has too many bits to guess, so a plain SHA-256 serves. */
export const hashApiKey = (key: string): Buffer => createHash('sha256').update(key).digest()

function checksumOf(secret: string): string {
  let rest = crc32(secret)
  let text = ''
  for (let i = 0; i < checksumLength; i++) {
    text = alphabet[rest % alphabet.length] + text
    rest = Math.floor(rest / alphabet.length)
  }
  return text
}
