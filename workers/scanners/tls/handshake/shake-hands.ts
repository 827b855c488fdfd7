import type { ConnectOutcome, NetworkDoor, TlsOutcome, TlsVersion } from '#workers/network/door.ts'
import type { StartTlsProtocol } from '../schema.ts'
import { startTls } from './start-tls.ts'

/** Where, and in whose name, hands are shaken. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  readonly serverName: string | null
  readonly starttls: StartTlsProtocol | null
}

/** TLS did not begin, and no version was to blame; `detail` is an errno, or the guard's rule. */
export type NoTls =
  | { readonly kind: 'refused' | 'filtered' | 'starttls-not-offered' | 'starttls-failed' }
  | { readonly kind: 'unreachable' | 'not-asked' | 'not-allowed'; readonly detail: string }

/** How one version was answered; `detail` is the alert, or our library's code. */
export type Answer =
  | { readonly kind: 'established'; readonly cipherSuite: string; readonly certificates: readonly Uint8Array[] }
  | { readonly kind: 'alert' | 'failed'; readonly detail: string }
  | { readonly kind: 'not-tls' | 'closed' | 'silent' }
  | NoTls

/** The server ended it without a word about the version. OpenSSL 3 does so by internal_error where its security level leaves an old version no signature. */
export const breaksOff = (answer: Answer) =>
  answer.kind === 'closed' || (answer.kind === 'alert' && answer.detail === 'internal_error')

const connectMillis = 5000
const startTlsMillis = 10_000
const handshakeMillis = 5000

/** The longest that one attempt takes. */
export const attemptMillis = (starttls: StartTlsProtocol | null) =>
  connectMillis + handshakeMillis + (starttls === null ? 0 : startTlsMillis)

/** A chain of 256 KiB, and what TLS says besides. */
const maxBytes = 512 * 1024

/** Offers exactly this version, once. */
export async function shakeHands(network: NetworkDoor, endpoint: Endpoint, version: TlsVersion): Promise<Answer> {
  const { address, port, serverName, starttls } = endpoint
  const dialled = await network.connect(address, port, { timeoutMillis: connectMillis, maxBytes })
  if (dialled.status !== 'connected') return withoutConnection(dialled)
  const { connection } = dialled
  try {
    if (starttls !== null) {
      const begun = await startTls(connection, starttls, startTlsMillis)
      if (begun === 'cancelled') return { kind: 'not-asked', detail: 'ECANCELED' }
      if (begun !== 'ready') return { kind: begun }
    }
    return answerOf(
      await connection.handshake({
        serverName,
        minVersion: version,
        maxVersion: version,
        timeoutMillis: handshakeMillis,
      }),
    )
  } finally {
    connection.close()
  }
}

function withoutConnection(outcome: Exclude<ConnectOutcome, { status: 'connected' }>): NoTls {
  if (outcome.status === 'refused') return { kind: 'refused' }
  if (outcome.status === 'silent') return { kind: 'filtered' }
  if (outcome.status === 'not-allowed') return { kind: 'not-allowed', detail: outcome.rule }
  return { kind: outcome.status, detail: outcome.errno }
}

function answerOf(outcome: TlsOutcome): Answer {
  if (outcome.status === 'alert') return { kind: 'alert', detail: outcome.alert }
  if (outcome.status === 'failed') return { kind: 'failed', detail: outcome.code }
  if (outcome.status === 'not-asked') return { kind: 'not-asked', detail: outcome.errno }
  if (outcome.status !== 'established') return { kind: outcome.status }
  outcome.connection.close()
  return { kind: 'established', cipherSuite: outcome.cipherSuite, certificates: outcome.certificates }
}
