import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { canonicalAddress } from '#db/model/address.ts'
import { beginTls } from './begin-tls.ts'
import { type Connection, ConnectionError, type Endpoint, type TlsOptions, type TlsOutcome } from './door.ts'
import { cancelled } from './errno.ts'
import { afterSilence, type Lifetime } from './lifetime.ts'

export const defaultMaxBytes = 1024 * 1024

/** Read ahead of the caller at most: enough to keep what came before a reset, too little to flood us. */
const readAheadBytes = 64 * 1024

export interface Bounds {
  readonly remote: Endpoint
  /** Bytes that are handed out before the connection is cut. */
  readonly maxBytes: number
  readonly lifetime: Lifetime
}

/** A stream that was dialled, or the TLS upon it: read on demand, bounded, ended with its run. */
export class StreamConnection implements Connection {
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly #tcp: Socket
  readonly #stream: Socket | TLSSocket
  readonly #bounds: Bounds
  readonly #forget: () => void
  readonly #chunks: Buffer[] = []
  #chunkBytes = 0
  #handedOutBytes = 0
  #wasUsed: boolean
  #isReading = false
  #isClosed = false
  #hasEnded = false
  #failure: ConnectionError | null = null
  #wake: (() => void) | null = null

  constructor(tcp: Socket, bounds: Bounds, stream: Socket | TLSSocket = tcp) {
    this.#tcp = tcp
    this.#stream = stream
    this.#bounds = bounds
    this.#wasUsed = stream !== tcp
    this.remote = bounds.remote
    this.local = { address: canonicalAddress(tcp.localAddress ?? '') ?? '::', port: tcp.localPort ?? 0 }
    this.#forget = bounds.lifetime.add(() => this.close())
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
    if (bounds.lifetime.isOver) this.close()
    else if (tcp.destroyed) this.#onClose()
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    this.#wasUsed = true
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(this.#failure ?? cutOff()) : resolve()))
    })
  }

  async read(timeoutMillis: number): Promise<Uint8Array | null> {
    this.#startReading()
    if (this.#chunks.length === 0 && !this.#hasEnded && !this.#failure) await this.#somethingHappens(timeoutMillis)
    const chunk = this.#chunks.shift()
    if (chunk === undefined) {
      if (this.#failure) throw this.#failure
      if (this.#hasEnded) return null
      throw new ConnectionError('timed-out', `nothing came within ${timeoutMillis} ms`)
    }
    this.#chunkBytes -= chunk.length
    if (this.#chunkBytes < readAheadBytes) this.#stream.resume()
    return this.#withinBounds(chunk)
  }

  async handshake(options: TlsOptions): Promise<TlsOutcome> {
    if (this.#bounds.lifetime.isOver) return cancelled
    if (this.#failure || this.#hasEnded) return { status: 'closed' }
    this.#letGo()
    const outcome = await beginTls(this.#tcp, this.#chunks.splice(0), options, this.#bounds.lifetime)
    if (outcome.status !== 'established') return outcome
    const { stream, ...agreed } = outcome
    return { ...agreed, connection: new StreamConnection(this.#tcp, this.#bounds, stream) }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#failure = new ConnectionError('closed', 'the connection was closed here')
    this.#chunks.length = 0
    this.#forget()
    // A reset leaves no TIME_WAIT behind, of which a scan of 65,535 ports would leave more than this machine has ports.
    // Once the other side has ended we are ending too, and libuv then refuses a reset and keeps the descriptor for ever.
    if (this.#wasUsed || this.#tcp.writableEnded) this.#tcp.destroy()
    else this.#tcp.resetAndDestroy()
    this.#stream.destroy()
    this.#wake?.()
  }

  readonly #onData = (chunk: Buffer) => {
    this.#chunks.push(chunk)
    this.#chunkBytes += chunk.length
    if (this.#chunkBytes >= readAheadBytes) this.#stream.pause()
    this.#wake?.()
  }

  readonly #onEnd = () => {
    this.#hasEnded = true
    this.#wake?.()
  }

  readonly #onError = () => {
    // The first reason stays: what follows is its echo.
    this.#failure ??= cutOff()
    this.#wake?.()
  }

  readonly #onClose = () => {
    this.#forget()
    if (!this.#hasEnded) this.#onError()
  }

  #startReading() {
    if (this.#isReading || this.#failure) return
    this.#isReading = true
    this.#stream.on('data', this.#onData)
    this.#stream.on('end', this.#onEnd)
    this.#stream.resume()
  }

  /** TLS takes the stream over: whoever still holds this end finds it closed, and closes TLS by closing it. */
  #letGo() {
    this.#wasUsed = true
    this.#forget()
    this.#failure = new ConnectionError('closed', 'TLS was begun on this stream')
    this.#stream.off('error', this.#onError).off('close', this.#onClose)
    this.#stream.off('data', this.#onData).off('end', this.#onEnd)
  }

  #somethingHappens(timeoutMillis: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake = null
        stopWaiting()
        resolve()
      }
      const stopWaiting = afterSilence(timeoutMillis, wake)
      this.#wake = wake
    })
  }

  /** Hands out what is allowed; of the cut the caller learns with the next read. */
  #withinBounds(chunk: Buffer): Uint8Array {
    const allowed = this.#bounds.maxBytes - this.#handedOutBytes
    this.#handedOutBytes += chunk.length
    if (chunk.length <= allowed) return chunk
    this.close()
    this.#failure = new ConnectionError('limit', `more than ${this.#bounds.maxBytes} bytes came`)
    if (allowed <= 0) throw this.#failure
    return chunk.subarray(0, allowed)
  }
}

const cutOff = () => new ConnectionError('reset', 'the other side cut the connection')
