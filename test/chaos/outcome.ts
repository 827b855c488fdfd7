import { appendFileSync } from 'node:fs'

/** What a part of the proof came to. */
export interface Outcome {
  readonly figures: Readonly<Record<string, number | string>>
  /** Promises that were broken, a sentence each. */
  readonly broken: readonly string[]
  /** Why the run shows nothing, whatever came of it: no faults, no work. */
  readonly nothing: readonly string[]
}

/** A line of the table. */
export interface Line extends Outcome {
  readonly name: string
  readonly verdict: string
  readonly seconds: number
}

export const exitCodes = { held: 0, broken: 1, provesNothing: 2, cannotRun: 3 } as const

/** One line of the table, which every part appends to (`CHAOS_TABLE`). `mustFail` is a control: held is broken there. */
export function conclude(name: string, outcome: Outcome, seconds: number, mustFail = false): number {
  const { figures, broken, nothing } = outcome
  const isBroken = broken.length > 0
  const verdict =
    nothing.length > 0 && !(mustFail && isBroken) ? 'proves nothing' : isBroken !== mustFail ? 'broken' : 'held'
  const line: Line = {
    name,
    verdict: mustFail && verdict === 'held' ? 'failed, as it must' : verdict,
    seconds,
    figures,
    broken,
    nothing,
  }
  console.log(JSON.stringify(line))
  const table = process.env['CHAOS_TABLE']
  if (table) appendFileSync(table, `${JSON.stringify(line)}\n`)
  return verdict === 'held' ? exitCodes.held : verdict === 'broken' ? exitCodes.broken : exitCodes.provesNothing
}
