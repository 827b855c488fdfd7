import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Secret } from './model/secret.ts'

/** 32 bytes. */
export type SealingKey = Secret<Buffer>

const version = 1
const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM (NIST SP 800-38D) with a random IV: version, IV, tag, ciphertext. Opens only under the same `id`, so that a sealed value cannot be moved to another row. */
export function seal(key: SealingKey, id: string, plain: Buffer): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key.reveal(), iv).setAAD(Buffer.from(id))
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.of(version), iv, cipher.getAuthTag(), ciphertext])
}

/** @throws UnsealError for another key, another row, or bytes that were changed */
export function unseal(key: SealingKey, id: string, sealed: Buffer): Secret<Buffer> {
  const iv = sealed.subarray(1, 1 + ivBytes)
  const tag = sealed.subarray(1 + ivBytes, 1 + ivBytes + tagBytes)
  try {
    if (sealed[0] !== version || tag.length !== tagBytes) throw new UnsealError()
    const decipher = createDecipheriv('aes-256-gcm', key.reveal(), iv, { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(id)).setAuthTag(tag)
    const ciphertext = sealed.subarray(1 + ivBytes + tagBytes)
    return new Secret(Buffer.concat([decipher.update(ciphertext), decipher.final()]))
  } catch {
    throw new UnsealError()
  }
}

/** The same secret, to be opened by the next key only. @throws UnsealError */
export const reseal = (key: SealingKey, next: SealingKey, id: string, sealed: Secret<Buffer>): Buffer =>
  seal(next, id, unseal(key, id, sealed.reveal()).reveal())

/** The master key is not the one that this value was sealed with, or the value was changed. */
export class UnsealError extends Error {
  override name = 'UnsealError'
  constructor() {
    super('a sealed value does not open: the master key is another one, or the value was changed')
  }
}
