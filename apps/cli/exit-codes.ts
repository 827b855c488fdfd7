/**
 * What the command line ends with. The first row that holds decides:
 *
 * | Code | When |
 * |---|---|
 * | 130, 143 | interrupted by Ctrl-C, by SIGTERM |
 * | 2 | bad usage, bad settings, no valid key, or a target that may not be scanned: refused by its spelling or by every scanner |
 * | 1 | something at or above `--fail-on` is there, whatever else could not be told |
 * | 3 | could not be told: no API answered, the scan failed, was cancelled or had not ended in time, no scanner completed; with `--strict` also when one scanner could not tell, or one check at or above `--fail-on` |
 * | 0 | nothing at or above `--fail-on` was found in what was answered; the report says what was not |
 */
export const exitCodes = {
  nothingFound: 0,
  found: 1,
  refused: 2,
  notTold: 3,
  interrupted: 130,
  terminated: 143,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Of many results the one that most needs a person: something found, then what could not be told, then what was refused. */
export function worstOf(codes: Iterable<ExitCode>): ExitCode {
  const seen = new Set(codes)
  const order = [exitCodes.found, exitCodes.notTold, exitCodes.refused]
  return order.find((code) => seen.has(code)) ?? exitCodes.nothingFound
}
