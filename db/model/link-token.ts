import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from './secret.ts'

/** What a mailed link does; a token of another purpose opens nothing. */
export type LinkPurpose = 'not-me' | 'invitation' | 'restore'

/** The secret half of a mailed link: made of a row's id and a key, so that no store holds it. 128 bits. */
export const linkToken = (key: Secret<Buffer>, purpose: LinkPurpose, id: string): string =>
  createHmac('sha256', key.reveal()).update(`${purpose}:${id}`).digest().subarray(0, 16).toString('base64url')

/** `keys`: the one in use, then those before. */
export function isLinkToken(keys: readonly Secret<Buffer>[], purpose: LinkPurpose, id: string, given: string): boolean {
  const bytes = Buffer.from(given)
  return keys.some((key) => {
    const right = Buffer.from(linkToken(key, purpose, id))
    return right.length === bytes.length && timingSafeEqual(right, bytes)
  })
}
