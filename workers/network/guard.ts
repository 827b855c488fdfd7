import { addressBits, canonicalAddress, familyOf, isWithin, parseRange } from '#db/model/address.ts'
import type { Target } from '#db/model/target.ts'
import type { Endpoint } from './door.ts'
import { ownSockets } from './own-sockets.ts'
import { specialNameOf } from './special-names.ts'
import { specialBlockOf } from './special-purpose.ts'

/** `rule` is stable and kebab-case, `detail` a sentence for people. */
export interface Refusal {
  readonly rule: string
  readonly detail: string
}

/** Which places may be touched. Asks nobody, so the same question always has the same answer. */
export interface Guard {
  /** Why an address may not be touched; null when it may. */
  refusalOf(address: string): Refusal | null
  /** True where SCAN_ALLOW opens the address. */
  isOpened(address: string): boolean
  /** True for our own servers' sockets, which are never dialled, opened or not. */
  isOwn(address: string, port: number): boolean
  /** What the spelling alone refuses, before any question to the DNS. */
  judgeSpelling(target: Target): Refusal | null
  /** What only resolving shows: `names` are the host and all that its aliases led through. One bad address refuses the name. */
  judgeResolved(names: readonly string[], addresses: readonly string[]): Refusal | null
}

export interface GuardSettings {
  /** SCAN_ALLOW: ranges (CIDR) that may be touched although they are not public. */
  readonly allow: readonly string[]
  /** Where our own servers listen. */
  readonly own: readonly Endpoint[]
}

export function createGuard({ allow, own }: GuardSettings): Guard {
  const judgeAddress = remembered(addressJudge(allow))
  const refusalOf = (address: string) => judgeAddress(address).refusal
  const isOpened = (address: string) => judgeAddress(address).isOpened

  return {
    refusalOf,
    isOpened,
    isOwn: ownSockets(own),
    judgeSpelling: ({ kind, canonical }) => {
      if (kind === 'address') return refusalOf(canonical)
      // With SCAN_ALLOW, where such a name leads decides, which only resolving shows.
      return allow.length === 0 ? refusalOfName(canonical) : null
    },
    judgeResolved: (names, addresses) => {
      const refused = addresses.map(refusalOf).find((refusal) => refusal !== null)
      if (refused) return refused
      const leadsInside = allow.length > 0 && addresses.every(isOpened)
      return leadsInside ? null : (names.map(refusalOfName).find((refusal) => refusal !== null) ?? null)
    },
  }
}

interface AddressVerdict {
  readonly isOpened: boolean
  readonly refusal: Refusal | null
}

function addressJudge(allow: readonly string[]): (address: string) => AddressVerdict {
  const opened = allow.map(parseRange)
  return (address) => {
    const family = familyOf(address)
    if (family === null || canonicalAddress(address) === null) return { isOpened: false, refusal: noAddress }
    const special = specialBlockOf(address)
    const bits = addressBits(address)
    // An IPv4-mapped address stays shut: the system would dial the IPv4 address in it, which nobody judged.
    const isOpened = special?.rule !== 'ipv4-mapped' && opened.some((range) => isWithin(range, family, bits))
    if (isOpened || special === null) return { isOpened, refusal: null }
    const { rule, block, is, reference } = special
    return { isOpened, refusal: { rule, detail: `${address} lies in ${block}: ${is} (${reference}).` } }
  }
}

const noAddress: Refusal = { rule: 'malformed-address', detail: 'That is no address.' }

/** A port scan asks 65,535 times about one address. */
function remembered<Verdict>(judge: (address: string) => Verdict): (address: string) => Verdict {
  const verdicts = new Map<string, Verdict>()
  return (address) => {
    const known = verdicts.get(address)
    if (known) return known
    if (verdicts.size >= 1000) verdicts.clear()
    const verdict = judge(address)
    verdicts.set(address, verdict)
    return verdict
  }
}

function refusalOfName(name: string): Refusal | null {
  const special = specialNameOf(name)
  if (special) {
    const { suffix, is, reference } = special
    return { rule: 'special-use-name', detail: `No public host has a name in .${suffix}: ${is} (${reference}).` }
  }
  if (name.includes('.')) return null
  return {
    rule: 'single-label-name',
    detail: `"${name}" has no dot: such a name means something on a private network only.`,
  }
}
