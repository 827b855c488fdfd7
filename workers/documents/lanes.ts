import type { PastRunRow } from '#db/queries/past-runs.ts'
import { scanners } from '#workers/scanners/index.ts'
import type { AnyScanner, Lanes } from '#workers/scanners/scanner.ts'

/** How a scanner that has lanes saw a target in these runs of its own. */
export function lanesOf(name: string, runs: readonly PastRunRow[]): Lanes {
  const scanner = (scanners as Readonly<Record<string, AnyScanner | undefined>>)[name]
  const read = runs.map(({ options, result }) => ({
    options: scanner?.options.parse(options),
    result: result === null ? null : (scanner?.result.safeParse(result).data ?? null),
  }))
  return scanner?.lanes?.(read) ?? { lanes: [], more: 0 }
}
