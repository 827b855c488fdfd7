import { createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { WebhookSecret } from '#db/queries/webhooks.ts'

export interface Message {
  /** The same in every try. */
  readonly id: string
  readonly timestampSeconds: number
  readonly body: string
}

/** The three header fields of Standard Webhooks: one signature for each secret, the newest first. */
export function signedHeaders(message: Message, secrets: readonly WebhookSecret[]): Record<string, string> {
  const content = Buffer.from(`${message.id}.${message.timestampSeconds}.${message.body}`)
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': secrets.map((secret) => signatureBy(secret, content)).join(' '),
  }
}

const signatureBy = ({ kind, secret }: WebhookSecret, content: Buffer): string =>
  kind === 'hmac'
    ? `v1,${createHmac('sha256', secret.reveal()).update(content).digest('base64')}`
    : `v1a,${sign(null, content, createPrivateKey({ key: secret.reveal(), format: 'der', type: 'pkcs8' })).toString('base64')}`

/** What the receiver checks with: the shared secret as `whsec_…`, the public key as `whpk_…` (its 32 bytes) and as PEM. */
export function keysForReceiver(secrets: readonly WebhookSecret[]) {
  const of = (wanted: WebhookSecret['kind']) => secrets.find(({ kind }) => kind === wanted)!.secret.reveal()
  const publicKey = createPublicKey(createPrivateKey({ key: of('ed25519'), format: 'der', type: 'pkcs8' }))
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    secret: `whsec_${of('hmac').toString('base64')}`,
    publicKey: `whpk_${raw.toString('base64')}`,
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  }
}
