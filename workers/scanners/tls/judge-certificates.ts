import type { Evidence, Observation, Verdict } from '#db/model/finding.ts'
import type { AddressResult, Chain, ReadableCertificate, TlsResult } from './schema.ts'

/** One chain with its certificates at hand. */
export interface SeenChain extends Chain {
  /** The server's own; null where it could not be read. */
  readonly leaf: ReadableCertificate | null
  /** The certificates above it, as far as the path leads. */
  readonly issuers: readonly ReadableCertificate[]
}

/** An observation of one chain, to which the subject and the address are still to be added. */
export interface Answer {
  readonly verdict: Verdict
  readonly reason?: string
  readonly evidence?: Evidence
}

export const absent: Answer = { verdict: 'absent' }
export const present = (evidence: Evidence): Answer => ({ verdict: 'present', evidence })
export const unknown = (reason: string): Answer => ({ verdict: 'unknown', reason })

/**
 * Asks one question of every chain that an address showed; the worst answer counts, and null, where the question does not arise, counts for nothing.
 * No observation for an address where nothing was offered; unknown for one that showed no certificate.
 */
export function judgeCertificates(result: TlsResult, ask: (chain: SeenChain) => Answer | null): Observation[] {
  const byFingerprint = new Map(result.certificates.map((one) => [one.fingerprint, one.readable ? one : null]))
  return result.addresses.filter(wasOffered).flatMap((one) => {
    const answers =
      one.chains.length === 0
        ? [unknown(one.outcome === 'handshake' ? 'chain-too-large' : one.outcome)]
        : one.chains.map((chain) => ask(seen(chain, byFingerprint)))
    const [worst] = answers
      .filter((answer) => answer !== null)
      .toSorted((a, b) => weight[b.verdict] - weight[a.verdict])
    return worst === undefined ? [] : [{ subject: result.subject, address: one.address, ...worst }]
  })
}

/** False where nobody was there to be asked, or nobody may. */
export const wasOffered = ({ outcome }: AddressResult) =>
  outcome !== 'refused' && outcome !== 'not-allowed' && outcome !== 'not-asked'

const weight: Readonly<Record<Verdict, number>> = { present: 2, unknown: 1, absent: 0 }

function seen(chain: Chain, byFingerprint: ReadonlyMap<string, ReadableCertificate | null>): SeenChain {
  const find = (fingerprint: string | undefined) => byFingerprint.get(fingerprint ?? '') ?? null
  return {
    ...chain,
    leaf: find(chain.sent[0]),
    issuers: chain.path.slice(1).flatMap((fingerprint) => find(fingerprint) ?? []),
  }
}
