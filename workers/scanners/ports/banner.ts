import { foreignText } from '#db/model/text.ts'
import { type Connection, ConnectionError } from '#workers/network/door.ts'
import type { Clock } from './clock.ts'
import { maxBannerLength } from './schema.ts'

/** What is read of a greeting at most, in bytes. */
export const maxBannerBytes = 4096
/** What a port may take, all in all, to say something unasked. */
export const bannerMillis = 2000
/** After the first bytes: a greeting that goes on does so at once. */
const pauseMillis = 200

/** The first bytes that come unasked: until a pause, 4 KiB or 2 s; empty when none do. Sends nothing and never throws for what the other side does. */
export async function readBanner(connection: Connection, clock: Clock): Promise<Uint8Array> {
  const endsAt = clock.now() + bannerMillis
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    while (size < maxBannerBytes) {
      const left = endsAt - clock.now()
      if (left <= 0) break
      const chunk = await connection.read(size === 0 ? left : Math.min(left, pauseMillis))
      if (chunk === null) break
      chunks.push(chunk)
      size += chunk.byteLength
    }
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
  }
  return Buffer.concat(chunks).subarray(0, maxBannerBytes)
}

/** A greeting as it is kept; null when there was none. */
export function bannerText(greeting: Uint8Array): string | null {
  return greeting.byteLength === 0 ? null : foreignText(withoutNoise(greeting), maxBannerLength)
}

/** MySQL's greeting goes on with a connection number and a salt, new each time: it is kept up to the server's version. */
function withoutNoise(greeting: Uint8Array): Uint8Array {
  const isMysql = greeting[3] === 0 && greeting[4] === 10
  const versionEnd = greeting.indexOf(0, 5)
  return isMysql && versionEnd > 0 ? greeting.subarray(0, versionEnd) : greeting
}
