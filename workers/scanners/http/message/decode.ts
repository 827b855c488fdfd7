import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'

export interface Decoded {
  readonly bytes: Buffer
  /** `cut` at `maxOctets`; `broken` when the coding does not hold; `not-decoded` for one that is not ours, or for one inside another. */
  readonly end: 'complete' | 'cut' | 'broken' | 'not-decoded'
}

/** Undoes one content coding (RFC 9110 §8.4.1) and stops once `maxOctets` have come out, however much is packed inside. */
export async function decodeContent(
  codings: readonly string[],
  bytes: Uint8Array,
  maxOctets: number,
): Promise<Decoded> {
  const [coding] = codings
  if (coding === undefined || bytes.length === 0) return { bytes: Buffer.from(bytes), end: 'complete' }
  const decoder = codings.length === 1 ? decoderOf(coding, bytes) : null
  if (!decoder) return { bytes: Buffer.alloc(0), end: 'not-decoded' }

  const parts: Buffer[] = []
  let octets = 0
  const end = await new Promise<Decoded['end']>((resolve) => {
    decoder.on('data', (part: Buffer) => {
      parts.push(part)
      octets += part.length
      if (octets <= maxOctets) return
      decoder.destroy()
      resolve('cut')
    })
    decoder.on('end', () => resolve('complete'))
    decoder.on('error', () => resolve('broken'))
    decoder.write(bytes)
    // What can be read of a stream that breaks off must come out before its end is found missing.
    decoder.flush(() => decoder.end())
  })
  return { bytes: Buffer.concat(parts, octets).subarray(0, maxOctets), end }
}

function decoderOf(coding: string, bytes: Uint8Array) {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      // Some servers send the bare stream without the zlib header (RFC 9110 §8.4.1.2, note).
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw()
    case 'br':
      return createBrotliDecompress()
    default:
      return null
  }
}
