import { type Severity, severities } from '#db/model/finding.ts'
import type { RunStatus, ScanStatus } from '#db/model/scan.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

export interface Gate {
  readonly failOn: Severity
  readonly strict: boolean
}

/** What the exit code is made from; a scan as the API shows it fits. */
export interface Ended {
  readonly status: ScanStatus
  readonly runs: readonly { readonly status: RunStatus }[]
  readonly findings: readonly { readonly verdict: 'present' | 'unknown'; readonly severity: Severity }[]
}

/** The exit code of a scan that has ended, by the table in exit-codes.ts. */
export function exitCodeOf({ status, runs, findings }: Ended, { failOn, strict }: Gate): ExitCode {
  const counting = findings.filter(({ severity }) => severities.indexOf(severity) >= severities.indexOf(failOn))
  if (status === 'refused') return exitCodes.refused
  if (counting.some(({ verdict }) => verdict === 'present')) return exitCodes.found
  if (status !== 'completed' || !runs.some(({ status }) => status === 'completed')) return exitCodes.notTold
  const isInDoubt = counting.length > 0 || runs.some(({ status }) => couldNotTell(status))
  return strict && isInDoubt ? exitCodes.notTold : exitCodes.nothingFound
}

/** `not-asked` is no doubt of this kind: the scanner does not take such a target. */
const couldNotTell = (status: RunStatus) => status !== 'completed' && status !== 'not-asked'
