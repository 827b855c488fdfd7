import type { TlsVersion } from '#workers/network/door.ts'
import { judgeChain, type Yardstick } from './judge-chain.ts'
import { type Certificate, type Chain, maxCertificates } from '../schema.ts'

/** The certificates of one completed handshake, as DER. */
export interface Shown {
  readonly version: TlsVersion
  readonly certificates: readonly Uint8Array[]
}

/** The chains of one scan: each certificate is kept once, however many addresses show it. */
export interface ChainStore {
  /** The different chains of one address, in the order given; one for whose certificates there is no room is left out. */
  keep(shown: readonly Shown[]): Chain[]
  /** Every certificate that a kept chain names, by fingerprint. */
  certificates(): Certificate[]
}

export function createChainStore(yardstick: Yardstick): ChainStore {
  const kept = new Map<string, Certificate>()

  const keepAll = (certificates: readonly Certificate[]): boolean => {
    const fresh = new Map(certificates.map((one) => [one.fingerprint, one]))
    for (const fingerprint of kept.keys()) fresh.delete(fingerprint)
    if (kept.size + fresh.size > maxCertificates) return false
    for (const [fingerprint, certificate] of fresh) kept.set(fingerprint, certificate)
    return true
  }

  return {
    keep: (shown) =>
      [...Map.groupBy(shown, bytesOf).values()].flatMap((alike) => {
        const [{ certificates: ders } = { certificates: [] }] = alike
        const { chain, certificates } = judgeChain(ders, yardstick)
        return keepAll(certificates) ? [{ versions: alike.map(({ version }) => version), ...chain }] : []
      }),
    certificates: () => [...kept.values()].toSorted((one, other) => (one.fingerprint < other.fingerprint ? -1 : 1)),
  }
}

/** Equal only for equal certificates in equal order. */
const bytesOf = ({ certificates }: Shown) =>
  certificates.map((der) => Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64')).join(' ')
