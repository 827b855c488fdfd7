import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from './secret.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** What the first start prints, and whoever makes the first account shows: 100 bits out of a key, so that no store holds it. */
export function setUpCode(key: Secret<Buffer>): string {
  const mac = createHmac('sha256', key.reveal()).update('set-up').digest()
  const letters = Array.from(mac.subarray(0, 20), (byte) => alphabet[byte % alphabet.length]).join('')
  return letters.replaceAll(/(.{4})(?!$)/g, '$1-')
}

export function isSetUpCode(keys: readonly Secret<Buffer>[], given: string): boolean {
  const bytes = Buffer.from(given.trim().toUpperCase())
  return keys.some((key) => {
    const right = Buffer.from(setUpCode(key))
    return right.length === bytes.length && timingSafeEqual(right, bytes)
  })
}
