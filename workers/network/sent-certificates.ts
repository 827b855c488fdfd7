import { type CipherGCMTypes, createDecipheriv, createHmac } from 'node:crypto'

/** What a server said before the handshake was done. */
export interface Flight {
  /** Records as they came, from the ServerHello on. */
  readonly bytes: Buffer
  /** IANA's name of the suite. */
  readonly cipherSuite: string
  /** TLS 1.3: SERVER_HANDSHAKE_TRAFFIC_SECRET of the key log; null before, where certificates are sent in the clear. */
  readonly secret: Buffer | null
}

/**
 * Reads the Certificate message out of the bytes that came: DER, in the order sent; null when none can be read. Node's own
 * `getPeerCertificate` follows issuers, so it leaves out what does not belong, mends the order and forgets repetitions:
 * things that a scan has to see.
 */
export function sentCertificates(flight: Flight): Uint8Array[] | null {
  try {
    return flight.secret === null
      ? readClear(flight.bytes)
      : readProtected(flight.bytes, flight.cipherSuite, flight.secret)
  } catch {
    // OpenSSL took it, so this is our reader's limit: lengths that lead beyond the end, a record that does not open.
    return null
  }
}

const certificateMessage = 11
const changeCipherSpec = 20
const handshake = 22
const applicationData = 23

/** TLS 1.2 and older (RFC 5246 §7.4.2): a list of certificates and nothing else. */
function readClear(bytes: Buffer): Uint8Array[] | null {
  const messages: Buffer[] = []
  for (const record of recordsOf(bytes)) {
    // What follows is encrypted, and the Certificate message stands before.
    if (record.type === changeCipherSpec) break
    if (record.type === handshake) messages.push(record.body)
  }
  const body = messageBody(Buffer.concat(messages))
  return body && vectorsOf(vector(body, 0, 3), false)
}

/** TLS 1.3 (RFC 8446 §4.4.2): behind a request context, each certificate with its extensions. */
function readProtected(bytes: Buffer, cipherSuite: string, secret: Buffer): Uint8Array[] | null {
  const open = opener(cipherSuite, secret)
  if (open === null) return null
  const messages: Buffer[] = []
  let sequence = 0
  for (const record of recordsOf(bytes)) {
    if (record.type !== applicationData) continue
    const inner: Buffer = open(record.header, record.body, sequence)
    sequence += 1
    // Padding is zeros behind the true content type (RFC 8446 §5.4).
    const last = inner.findLastIndex((byte) => byte !== 0)
    if (inner[last] === handshake) messages.push(inner.subarray(0, last))
    const body = messageBody(Buffer.concat(messages))
    if (body) {
      const context = vector(body, 0, 1)
      return vectorsOf(vector(body, 1 + context.length, 3), true)
    }
  }
  return null
}

interface TlsRecord {
  readonly type: number
  readonly header: Buffer
  readonly body: Buffer
}

function* recordsOf(bytes: Buffer): Generator<TlsRecord> {
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt16BE(at + 3)
    if (end > bytes.length) return
    yield { type: bytes.readUInt8(at), header: bytes.subarray(at, at + 5), body: bytes.subarray(at + 5, end) }
    at = end
  }
}

/** The body of the first Certificate message that has come whole. */
function messageBody(messages: Buffer): Buffer | null {
  for (let at = 0; at + 4 <= messages.length; ) {
    const end = at + 4 + messages.readUIntBE(at + 1, 3)
    if (end > messages.length) return null
    if (messages[at] === certificateMessage) return messages.subarray(at + 4, end)
    at = end
  }
  return null
}

/** A field that begins with its own length, of so many bytes. */
function vector(bytes: Buffer, at: number, lengthBytes: number): Buffer {
  const start = at + lengthBytes
  const end = start + bytes.readUIntBE(at, lengthBytes)
  if (end > bytes.length) throw new RangeError('a length leads beyond the end')
  return bytes.subarray(start, end)
}

function vectorsOf(list: Buffer, hasExtensions: boolean): Uint8Array[] {
  const certificates: Uint8Array[] = []
  for (let at = 0; at < list.length; ) {
    const certificate = vector(list, at, 3)
    certificates.push(Uint8Array.from(certificate))
    at += 3 + certificate.length
    if (hasExtensions) at += 2 + vector(list, at, 2).length
  }
  return certificates
}

type Open = (header: Buffer, body: Buffer, sequence: number) => Buffer

interface Protection {
  readonly algorithm: CipherGCMTypes | 'chacha20-poly1305'
  readonly keyBytes: number
  readonly hash: 'sha256' | 'sha384'
}

/** The suites of RFC 8446 §B.4 that OpenSSL offers. */
const protections: Readonly<Record<string, Protection>> = {
  TLS_AES_128_GCM_SHA256: { algorithm: 'aes-128-gcm', keyBytes: 16, hash: 'sha256' },
  TLS_AES_256_GCM_SHA384: { algorithm: 'aes-256-gcm', keyBytes: 32, hash: 'sha384' },
  TLS_CHACHA20_POLY1305_SHA256: { algorithm: 'chacha20-poly1305', keyBytes: 32, hash: 'sha256' },
}

const tagBytes = 16
const ivBytes = 12

/** Opens one record (RFC 8446 §5.2, §5.3). */
function opener(cipherSuite: string, secret: Buffer): Open | null {
  const protection = protections[cipherSuite]
  if (protection === undefined) return null
  const { algorithm, keyBytes, hash } = protection
  const key = expandLabel(hash, secret, 'key', keyBytes)
  const iv = expandLabel(hash, secret, 'iv', ivBytes)
  return (header, body, sequence) => {
    const nonce = Buffer.from(iv)
    nonce.writeUInt32BE((nonce.readUInt32BE(ivBytes - 4) ^ sequence) >>> 0, ivBytes - 4)
    // Safe cast: both kinds take the same options, which the types list apart.
    const decipher = createDecipheriv(algorithm as CipherGCMTypes, key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(header)
    decipher.setAuthTag(body.subarray(-tagBytes))
    return Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()])
  }
}

/** HKDF-Expand-Label with an empty context (RFC 8446 §7.1); one block of output is enough for a key or an iv. */
function expandLabel(hash: string, secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`)
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0])])
  return createHmac(hash, secret)
    .update(info)
    .update(Buffer.from([1]))
    .digest()
    .subarray(0, length)
}
