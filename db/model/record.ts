import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { z } from 'zod'
import type { Secret } from './secret.ts'

/** What the payload of a signed record is. */
export const recordType = 'application/vnd.portlight.scan+json'

/** DSSE v1.0: the payload and its type are what is signed. `publicKey` is ours: it says by which key, and proves nothing of whose that is. */
export const signedRecord = z.object({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.base64() })).min(1),
  publicKey: z.string().max(2000),
})
export type SignedRecord = z.output<typeof signedRecord>

/** Signs a document as it is written, with an Ed25519 key in PKCS #8 DER. */
export function signRecord(
  document: object,
  { id, secret }: { readonly id: string; readonly secret: Secret<Buffer> },
): SignedRecord {
  const payload = Buffer.from(JSON.stringify(document))
  const key = createPrivateKey({ key: secret.reveal(), format: 'der', type: 'pkcs8' })
  return {
    payloadType: recordType,
    payload: payload.toString('base64'),
    signatures: [{ keyid: id, sig: sign(null, signedBytes(recordType, payload), key).toString('base64') }],
    publicKey: createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString(),
  }
}

/** The document where one of the signatures is this key's (PEM; the record's own where none is given), with the key's fingerprint; null where none is. */
export function readRecord(
  record: SignedRecord,
  publicKeyPem: string = record.publicKey,
): { document: unknown; keyFingerprint: string } | null {
  const payload = Buffer.from(record.payload, 'base64')
  try {
    const key = createPublicKey(publicKeyPem)
    if (key.asymmetricKeyType !== 'ed25519') return null
    const bytes = signedBytes(record.payloadType, payload)
    if (!record.signatures.some(({ sig }) => verify(null, bytes, key, Buffer.from(sig, 'base64')))) return null
    const spki = key.export({ format: 'der', type: 'spki' })
    return {
      document: JSON.parse(payload.toString()) as unknown,
      keyFingerprint: createHash('sha256').update(spki).digest('hex'),
    }
  } catch {
    return null
  }
}

/** DSSE's pre-authentication encoding. */
const signedBytes = (type: string, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])
