import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import { alertOf } from './alerts.ts'
import type { TlsOptions, TlsOutcome, TlsVersion } from './door.ts'
import { cancelled, errnoOf } from './errno.ts'
import { afterSilence, type Lifetime } from './lifetime.ts'
import { sentCertificates } from './sent-certificates.ts'
import { WireTap } from './wire-tap.ts'

type Established = Omit<Extract<TlsOutcome, { readonly status: 'established' }>, 'connection'>

/** As the door's outcome; the stream instead of a connection. */
export type TlsStreamOutcome =
  | Exclude<TlsOutcome, { readonly status: 'established' }>
  | (Established & { readonly stream: TLSSocket })

/**
 * Begins TLS on a dialled socket. Accepts every version, key and certificate that OpenSSL can be brought to accept: judging
 * is the caller's. `alreadyRead` are bytes that came before.
 */
export function beginTls(
  tcp: Socket,
  alreadyRead: readonly Buffer[],
  options: TlsOptions,
  lifetime: Lifetime,
): Promise<TlsStreamOutcome> {
  return new Promise((resolve) => {
    const tap = new WireTap(tcp, alreadyRead)
    const stream = connect({ ...tlsOptions(options), socket: tap })
    let settled = false
    const settle = (outcome: TlsStreamOutcome) => {
      if (settled) return
      settled = true
      stopWaiting()
      forget()
      if (outcome.status !== 'established') {
        stream.destroy()
        tcp.destroy()
      }
      resolve(outcome)
    }
    let secret: Buffer | null = null
    stream.on('keylog', (line: Buffer) => {
      secret ??= handshakeSecretOf(line)
    })
    stream.on('error', (error) => settle(failureOf(error)))
    stream.once('close', () => settle({ status: 'closed' }))
    stream.once('secureConnect', () => settle(established(stream, tap.takeFlight(), secret)))
    const stopWaiting = afterSilence(options.timeoutMillis, () => settle({ status: 'silent' }))
    const forget = lifetime.add(() => settle(cancelled))
    tap.onForeignBytes(() => settle({ status: 'not-tls' }))
  })
}

const tlsOptions = ({ serverName, minVersion, maxVersion, alpn }: TlsOptions) => ({
  ...(serverName === null ? {} : { servername: serverName }),
  ...(alpn ? { ALPNProtocols: [...alpn] } : {}),
  rejectUnauthorized: false,
  checkServerIdentity: () => undefined,
  secureContext: createSecureContext({
    // Nothing is verified here, so no root is needed.
    ca: [],
    ciphers: 'DEFAULT:@SECLEVEL=0',
    minVersion,
    maxVersion,
    // Old servers without secure renegotiation (RFC 5746) are to be seen too.
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  }),
})

function handshakeSecretOf(keyLogLine: Buffer): Buffer | null {
  const secret = /^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ ([0-9a-f]+)/.exec(keyLogLine.toString('latin1'))?.[1]
  return secret === undefined ? null : Buffer.from(secret, 'hex')
}

function established(stream: TLSSocket, bytes: Buffer, secret: Buffer | null): TlsStreamOutcome {
  stream.pause()
  const cipherSuite = stream.getCipher().standardName
  const certificates = sentCertificates({ bytes, cipherSuite, secret })
  if (certificates === null) return { status: 'failed', code: 'UNREADABLE_CERTIFICATES' }
  return {
    status: 'established',
    stream,
    // Safe cast: a client that offers these versions only has agreed on one of them.
    version: stream.getProtocol() as TlsVersion,
    cipherSuite,
    alpn: typeof stream.alpnProtocol === 'string' ? stream.alpnProtocol : null,
    certificates,
  }
}

function failureOf(error: Error): TlsStreamOutcome {
  const alert = alertOf(error)
  if (alert !== null) return { status: 'alert', alert }
  const code = errnoOf(error)
  return code.startsWith('ERR_') ? { status: 'failed', code } : { status: 'closed' }
}
