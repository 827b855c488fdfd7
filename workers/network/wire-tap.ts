import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** A server's first flight is kept up to here; OpenSSL itself refuses a longer list of certificates. */
const flightBytes = 256 * 1024

/** Lies between a socket and TLS, and sees the bytes as they came. */
export class WireTap extends Duplex {
  readonly #tcp: Socket
  #flight: Buffer[] | null = []
  #flightSize = 0
  #first: Buffer = Buffer.alloc(0)
  #foreignBytes = () => {}

  /** `alreadyRead` came before TLS was begun. */
  constructor(tcp: Socket, alreadyRead: readonly Buffer[]) {
    super()
    this.#tcp = tcp
    tcp.pause()
    for (const chunk of alreadyRead) this.#take(chunk)
    tcp.on('data', (chunk: Buffer) => this.#take(chunk))
    tcp.once('end', () => this.push(null))
    tcp.once('close', () => this.destroy())
  }

  /** False once bytes came that begin no TLS record. */
  get isTls(): boolean {
    return beginsRecord(this.#first)
  }

  onForeignBytes(call: () => void) {
    this.#foreignBytes = call
    if (!this.isTls) call()
  }

  /** All that came so far; from now on nothing is kept. */
  takeFlight(): Buffer {
    const flight = Buffer.concat(this.#flight ?? [])
    this.#flight = null
    return flight
  }

  override _read() {
    this.#tcp.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.#tcp.write(chunk, done)
  }

  override _final(done: (error?: Error | null) => void) {
    this.#tcp.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void) {
    this.#tcp.destroy()
    done(error)
  }

  #take(chunk: Buffer) {
    if (this.#first.length < 2) this.#first = Buffer.concat([this.#first, chunk.subarray(0, 2)])
    if (!this.isTls) return this.#foreignBytes()
    if (this.#flight && this.#flightSize < flightBytes) {
      this.#flight.push(chunk)
      this.#flightSize += chunk.length
    }
    if (!this.push(chunk)) this.#tcp.pause()
  }
}

/** A content type from 20 to 23, then a version 3.x (RFC 8446 §5.1), as far as that many bytes came. */
function beginsRecord([type, major]: Buffer): boolean {
  if (type === undefined) return true
  return type >= 20 && type <= 23 && (major === undefined || major === 3)
}
