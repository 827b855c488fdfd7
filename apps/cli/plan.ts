import { scanPlan } from '#workers/scanners/catalog.ts'
import { usageError } from './errors.ts'

export type OptionsByScanner = Readonly<Record<string, unknown>>

export interface Wanted {
  /** The only scanners to run; all of them when none is named. */
  readonly scanners: readonly string[]
  /** Short for the ports scanner's option of that name. */
  readonly ports?: string | undefined
  readonly options?: OptionsByScanner | undefined
}

/** Every scanner, in the catalogue's order. */
export const scannerNames: readonly string[] = Object.keys(scanPlan.shape)

/** What a submission says of its scanners; undefined leaves the choice to the API. @throws CommandError that names everything bad in it */
export function planOf({ scanners, ports, options = {} }: Wanted): OptionsByScanner | undefined {
  for (const name of [...scanners, ...Object.keys(options)]) requireScanner(name)
  const given = ports === undefined ? options : withPorts(options, ports)
  if (scanners.length === 0 && Object.keys(given).length === 0) return undefined

  const chosen = scanners.length === 0 ? scannerNames : scanners
  const unused = Object.keys(given).filter((name) => !chosen.includes(name))
  if (unused.length > 0) throw usageError(`Options for ${unused.join(', ')}, which --scanner leaves out`)
  const plan = Object.fromEntries(chosen.map((name) => [name, given[name] ?? {}]))
  const checked = scanPlan.safeParse(plan)
  if (checked.success) return plan
  throw usageError(checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

/** @throws CommandError with the list of those that there are */
export function requireScanner(name: string): void {
  if (!scannerNames.includes(name)) {
    throw usageError(`There is no scanner "${name}"; there are ${scannerNames.join(', ')}`)
  }
}

function withPorts(options: OptionsByScanner, ports: string): OptionsByScanner {
  const given = options['ports'] ?? {}
  if (typeof given === 'object' && 'ports' in given) throw usageError('The ports stand in --ports and in --options')
  return { ...options, ports: { ...given, ports } }
}
