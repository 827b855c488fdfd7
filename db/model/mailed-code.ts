import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from './secret.ts'

/** The six digits that prove a challenge: made of its id and a key, so that no store holds them and a mail that is sent again says the same. */
export function mailedCode(key: Secret<Buffer>, challengeId: string): string {
  const mac = createHmac('sha256', key.reveal()).update(challengeId).digest()
  // Of 2^64 values a million divides all but 2^-44: no digit is likelier than another that anybody could notice.
  return String(mac.readBigUInt64BE() % 1_000_000n).padStart(6, '0')
}

/** Compares in a time that says nothing of where they differ. */
export const isSameCode = (right: string, given: string) =>
  right.length === given.length && timingSafeEqual(Buffer.from(right), Buffer.from(given.replaceAll(/[^\d]/g, ' ')))
