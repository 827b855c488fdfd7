import type { Db } from '#db/connect.ts'
import type { RunAuthority, Tier } from '#db/model/authority.ts'
import type { Target } from '#db/model/target.ts'
import type { Touch } from '#db/queries/claims.ts'
import type { Authority } from '#workers/network/authority.ts'
import { NotAllowed, type NetworkDoor, type Pace } from '#workers/network/door.ts'
import { politePace, provedPace } from '#workers/network/turns.ts'
import { type AnyScanner, visitConnectionsOf } from '#workers/scanners/scanner.ts'
import { establishAuthority } from './establish.ts'

export interface Scanned {
  readonly organisationId: string
  readonly targetId: string
  readonly target: Target
  readonly ownersPace: Pace | null
  /** Calendar time. */
  readonly now: Date
}

/** Nothing was proved, or asked for. */
export const visiting: RunAuthority = { basis: 'passive', proof: null, sentence: null, addresses: [], missing: [] }

/** By what right a scan touches its target; asks for proofs only where a scanner needs one. */
export async function authorise(
  db: Db,
  door: NetworkDoor,
  scan: Scanned,
  scanners: readonly AnyScanner[],
): Promise<RunAuthority> {
  const addresses = await addressesOf(door, scan.target)
  const isActive = scanners.some(({ tier }) => tier === 'active')
  const isOpened = (address: string) => door.isOpened(address)
  if (addresses.length === 0 || (!isActive && !addresses.some(isOpened))) return visiting
  return establishAuthority(db, door, { ...scan, addresses, isOpened })
}

/** None where there is none, or the guard refuses one of them: that is the scanners' to tell. */
async function addressesOf(door: NetworkDoor, { canonical }: Target): Promise<readonly string[]> {
  try {
    return (await door.resolve(canonical)).addresses
  } catch (error) {
    if (error instanceof NotAllowed) return []
    throw error
  }
}

export interface RunRight {
  readonly tier: Tier
  /** True where nothing of the target may be asked. */
  readonly isRefused: boolean
  readonly pace: Pace
  readonly authority: Authority
  /** What was touched so far. */
  readonly touches: () => Touch[]
  /** Whether connections wait for their turn: others ask the same address or network. */
  readonly isWaiting: () => boolean
}

const touchesAtMost = 256

/** What one scanner may do under it. */
export function rightOf(
  scanner: AnyScanner,
  granted: RunAuthority,
  { ownersPace, runId }: { readonly ownersPace: Pace | null; readonly runId: string },
): RunRight {
  const bases = new Map(granted.addresses.map(({ address, basis }) => [address, basis]))
  const visitConnections = visitConnectionsOf(scanner)
  const hasRight = granted.addresses.some(({ basis }) => basis !== 'passive')
  const isRefused = visitConnections === 0 && granted.addresses.length > 0 && !hasRight
  const isAttested = granted.addresses.some(({ basis }) => basis === 'attested')
  const touches = new Map<string, Touch>()
  let waiting = 0
  return {
    tier: scanner.tier === 'active' && (hasRight || visitConnections === 0) ? 'active' : 'passive',
    isRefused,
    pace: isAttested ? politePace : provedPace,
    authority: {
      basisOf: (address) => bases.get(address) ?? 'passive',
      pace: ownersPace,
      visitConnections,
      probeId: runId,
      onWaiting: (isWaiting) => void (waiting += isWaiting ? 1 : -1),
      onTouch: (address) => {
        const at = Date.now()
        const known = touches.get(address)
        if (!known && touches.size >= touchesAtMost) return
        touches.set(address, {
          address,
          firstAt: known?.firstAt ?? at,
          lastAt: at,
          connections: (known?.connections ?? 0) + 1,
        })
      },
    },
    touches: () => [...touches.values()],
    isWaiting: () => waiting > 0,
  }
}

/** What is missing, as one sentence for each, for the run's detail. */
export const missingWords = ({ missing }: RunAuthority): string =>
  missing.length === 0
    ? 'Nobody has proved or stated that this target may be asked.'
    : missing.map(({ what, how }) => `Missing: ${what}. ${how}`).join(' ')
