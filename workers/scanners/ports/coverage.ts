import type { Coverage } from '#db/model/scan.ts'
import type { Resolution } from '#workers/network/door.ts'
import type { Answers } from './engine.ts'
import { formatPorts } from './ports-list.ts'

type Gap = Coverage['leftOut'][number]

const mostGaps = 256
/** Leaves room for the address within a gap's 300 characters. */
const longestRanges = 240

export interface Asked {
  readonly address: string
  readonly answers: Answers
  /** Open ports whose greeting was not waited for. */
  readonly unheard: readonly number[]
}

/** How far the run got: which ports gave no answer, which were not asked, and which addresses there may be besides. */
export function coverageOf(asked: readonly Asked[], resolution: Resolution, beyond: readonly string[]): Coverage {
  const states = asked.flatMap(({ answers }) => [...answers.states.values()])
  const silent = states.filter((state) => state === 'filtered').length
  return {
    unit: 'ports',
    asked: states.length,
    answered: states.length - silent,
    silent,
    unanswered: asked.flatMap(({ address, answers }) => gapsOf(address, answers.silences)).slice(0, mostGaps),
    leftOut: [
      ...unknownFamilies(resolution),
      ...beyond.map((address) => ({ what: address, reason: 'too-many-addresses' })),
      ...asked.flatMap(({ address, answers }) => gapsOf(address, answers.leftOut)),
      ...asked.flatMap(({ address, unheard }) => portGaps('greeting of ', unheard, address, 'too-many-open-ports')),
    ].slice(0, mostGaps),
  }
}

/** A question for addresses that got no real answer may hide some. */
function unknownFamilies({ answers }: Resolution): Gap[] {
  if (answers === null) return []
  return (['A', 'AAAA'] as const)
    .filter((type) => !['NOERROR', 'NODATA', 'NXDOMAIN'].includes(answers[type]))
    .map((type) => ({ what: `addresses of type ${type}, if there are any`, reason: 'resolver-failed' }))
}

function gapsOf(address: string, reasons: ReadonlyMap<number, string>): Gap[] {
  const portsByReason = Map.groupBy(reasons.keys(), (port) => reasons.get(port)!)
  return [...portsByReason].flatMap(([reason, ports]) => portGaps('', ports, address, reason))
}

function portGaps(prefix: string, ports: readonly number[], address: string, reason: string): Gap[] {
  if (ports.length === 0) return []
  return inPieces(formatPorts(ports)).map((ranges) => ({ what: `${prefix}${ranges}/tcp at ${address}`, reason }))
}

/** Cuts a list of ranges between two of them. */
function inPieces(ranges: string): string[] {
  const pieces: string[] = []
  for (const range of ranges.split(',')) {
    const last = pieces.at(-1)
    if (last !== undefined && last.length + range.length < longestRanges) pieces[pieces.length - 1] = `${last},${range}`
    else pieces.push(range)
  }
  return pieces
}
