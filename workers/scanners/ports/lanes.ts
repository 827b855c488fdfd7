import type { LaneSpan, Lanes, LaneState, PastRun } from '../scanner.ts'
import { type PortsOptions, type PortsResult, portsAsked } from './schema.ts'

/** More lanes than people read are counted, not shown. */
export const lanesAtMost = 100
/** A name that hands out ever new addresses shows the first of them alone. */
export const addressesAtMost = 16

type Pair = readonly [first: number, last: number]
const pairsOf = (ranges: string): Pair[] =>
  ranges === ''
    ? []
    : ranges.split(',').map((range): Pair => {
        const [first, last = first] = range.split('-').map(Number) as [number, number?]
        return [first, last]
      })
const isIn = (pairs: readonly Pair[], port: number) => pairs.some(([first, last]) => first <= port && port <= last)

/** The ports that were open in any of these runs, each with how every run saw it: open where any address had it open, closed only where every address refused. */
export function lanes(runs: readonly PastRun<PortsOptions, PortsResult>[]): Lanes {
  const asked = new Map(runs.map(({ options }) => [options.ports, new Set(portsAsked(options))]))
  const seen = runs.map(({ options, result }) => ({ ...read(result), asked: asked.get(options.ports)! }))
  // The latest first, so that what is open now is shown where there are too many.
  const pairs = seen.toReversed().flatMap(({ addresses }) => addresses.flatMap(({ open }) => open))
  const open = new Set<number>()
  for (const [first, last] of pairs) for (let port = first; port <= last; port++) open.add(port)
  const ports = [...open].slice(0, lanesAtMost).sort((one, other) => one - other)
  const addresses = [...new Set(seen.flatMap((run) => run.addresses.map(({ address }) => address)))].slice(
    0,
    addressesAtMost,
  )
  return {
    lanes: ports.map((port) => ({
      subject: `${port}/tcp`,
      note: seen.findLast(({ services }) => services.has(port))?.services.get(port) ?? null,
      states: seen.map((run) => stateIn(run, port)),
      at: addresses.map((address) => ({ address, spans: spansOf(seen.map((run) => stateAt(run, address, port))) })),
    })),
    more: open.size - ports.length,
  }
}

function read(result: PortsResult | null) {
  const addresses = result?.addresses ?? []
  return {
    hasResult: result !== null,
    addresses: addresses.map(({ address, open, closed, filtered }) => ({
      address,
      open: pairsOf(open),
      closed: pairsOf(closed),
      filtered: pairsOf(filtered),
    })),
    services: new Map(addresses.flatMap(({ services }) => services.map(({ port, service }) => [port, service]))),
  }
}

type Seen = ReturnType<typeof read> & { readonly asked: ReadonlySet<number> }

function stateIn({ asked, addresses }: Seen, port: number): LaneState {
  if (addresses.some(({ open }) => isIn(open, port))) return 'open'
  if (!asked.has(port)) return 'not-asked'
  return addresses.length > 0 && addresses.every(({ closed }) => isIn(closed, port)) ? 'closed' : 'untold'
}

/** At one address: not asked where the run did not come to it, untold where it was silent, or the run told nothing at all. */
function stateAt({ asked, addresses, hasResult }: Seen, at: string, port: number): LaneState {
  const seen = addresses.find(({ address }) => address === at)
  if (seen === undefined) return hasResult || !asked.has(port) ? 'not-asked' : 'untold'
  if (isIn(seen.open, port)) return 'open'
  if (isIn(seen.closed, port)) return 'closed'
  return isIn(seen.filtered, port) || asked.has(port) ? 'untold' : 'not-asked'
}

function spansOf(states: readonly LaneState[]): LaneSpan[] {
  const spans: LaneSpan[] = []
  for (const [run, state] of states.entries()) {
    const last = spans.at(-1)
    if (last?.state === state) spans[spans.length - 1] = { ...last, to: run }
    else spans.push({ state, from: run, to: run })
  }
  return spans
}
