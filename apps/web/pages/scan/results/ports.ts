import type { Run } from '../told.ts'

export interface OpenPort {
  readonly port: number
  readonly service: string | null
  readonly guessedFrom: 'banner' | 'port' | null
  /** What it said first, unasked. */
  readonly banner: string | null
}

export interface SeenAddress {
  readonly address: string
  readonly open: number
  readonly closed: number
  readonly filtered: number
  /** As ranges, `22,80-81`. */
  readonly openRanges: string
  readonly filteredRanges: string
  readonly services: readonly OpenPort[]
}

interface PortsResult {
  readonly addresses: readonly {
    readonly address: string
    readonly open: string
    readonly closed: string
    readonly filtered: string
    readonly services: readonly OpenPort[]
  }[]
}

/** What each address showed. Ranges are counted and not unfolded: a deep scan has 65,535 ports at each. */
export const seenAddresses = (result: NonNullable<Run['result']>): SeenAddress[] =>
  (result as unknown as PortsResult).addresses.map(({ address, open, closed, filtered, services }) => ({
    address,
    open: countIn(open),
    closed: countIn(closed),
    filtered: countIn(filtered),
    openRanges: open,
    filteredRanges: filtered,
    services,
  }))

/** How many ports such ranges hold. */
export function countIn(ranges: string): number {
  if (ranges === '') return 0
  return ranges.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return sum + last - first + 1
  }, 0)
}

/** The first so many ports that are open, with what was heard there; none is left out because it said nothing. */
export function openPorts({ openRanges, services }: SeenAddress, atMost: number): OpenPort[] {
  const heard = new Map(services.map((service) => [service.port, service]))
  const ports: OpenPort[] = []
  for (const range of openRanges === '' ? [] : openRanges.split(',')) {
    const [first = 0, last = first] = range.split('-').map(Number)
    for (let port = first; port <= last; port += 1) {
      if (ports.length === atMost) return ports
      ports.push(heard.get(port) ?? { port, service: null, guessedFrom: null, banner: null })
    }
  }
  return ports
}

/** Ranges short enough to be read; `isCut` where there are more. */
export function shortRanges(ranges: string, atMost = 160): { readonly text: string; readonly isCut: boolean } {
  if (ranges.length <= atMost) return { text: ranges.replaceAll(',', ', '), isCut: false }
  return { text: ranges.slice(0, ranges.lastIndexOf(',', atMost)).replaceAll(',', ', '), isCut: true }
}
