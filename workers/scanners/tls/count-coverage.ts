import { hostPort } from '#db/model/address.ts'
import type { Coverage } from '#db/model/scan.ts'
import type { Resolution } from '#workers/network/door.ts'
import { offeredVersions } from './handshake/ask-address.ts'
import type { AddressResult } from './schema.ts'

interface Seen {
  readonly port: number
  readonly addresses: readonly AddressResult[]
  /** Addresses beyond those that one scan asks. */
  readonly further: readonly string[]
  readonly resolution: Resolution
}

type Gap = Coverage['leftOut'][number]

/** What no scan here asks yet; the README's last section says it at length. */
export const notTested = [
  'SSLv2, SSLv3 and DTLS',
  'QUIC (HTTP/3)',
  'cipher suites and key exchange groups that the server did not choose',
  'certificates that the server keeps for other names and key types',
  'revocation (OCSP, CRL)',
  'Certificate Transparency',
  'DANE (TLSA records)',
  'certificate policies and the lifetimes that CAs may give',
  'client certificates',
  'renegotiation, resumption, tickets and 0-RTT',
  'protections against fallback and compression',
  'known flaws of implementations (Heartbleed, ROBOT, STARTTLS injection and others)',
] as const

const maxGaps = 256

/** Counts handshakes: one for each version at each address. */
export function countCoverage({ port, addresses, further, resolution }: Seen): Coverage {
  const asked = addresses.flatMap((one) => asksOf(one, hostPort(one.address, port)))
  const unanswered = asked.flatMap(({ gap }) => gap ?? [])
  const leftOut = [
    ...addresses.flatMap((one) => leftOutAt(one, hostPort(one.address, port))),
    ...unresolved(resolution),
    ...notTested.map((what) => ({ what, reason: 'not-supported' })),
    ...further.map((address) => ({ what: `TLS at ${hostPort(address, port)}`, reason: 'too-many-addresses' })),
  ]
  return {
    unit: 'handshakes',
    asked: asked.length,
    answered: asked.length - unanswered.length,
    silent: unanswered.length,
    unanswered: unanswered.slice(0, maxGaps),
    leftOut: leftOut.slice(0, maxGaps),
  }
}

/** Every version that was offered, with a gap where the answer told nothing of it. */
function asksOf({ outcome, protocols }: AddressResult, where: string): { gap: Gap | null }[] {
  if (neverOffered.has(outcome)) return []
  if (protocols.length === 0) return [{ gap: { what: `${newest} at ${where}`, reason: outcome } }]
  return protocols.map(({ version, state, reason }) => ({
    gap: state === 'unclear' ? { what: `${version} at ${where}`, reason: reason ?? 'unclear' } : null,
  }))
}

function leftOutAt({ outcome, detail, protocols }: AddressResult, where: string): Gap[] {
  const reason = detail === 'ECANCELED' ? 'deadline' : (detail ?? outcome)
  if (neverOffered.has(outcome)) return [{ what: `TLS at ${where}`, reason }]
  const offered = protocols.length === 0 ? [newest] : protocols.map(({ version }) => version)
  return offeredVersions
    .filter((version) => !offered.includes(version))
    .map((version) => ({ what: `${version} at ${where}`, reason }))
}

/** Nobody was there to offer anything to, or nobody may. */
const neverOffered = new Set(['refused', 'not-allowed', 'not-asked'])

const [newest = ''] = offeredVersions

/** A family of addresses whose question got no real answer may hide some. */
function unresolved({ answers }: Resolution): Gap[] {
  if (answers === null) return []
  return Object.entries(answers)
    .filter(([, answer]) => !['NOERROR', 'NODATA', 'NXDOMAIN'].includes(answer))
    .map(([type, answer]) => ({ what: `addresses of type ${type}`, reason: `resolver-${answer.toLowerCase()}` }))
}
