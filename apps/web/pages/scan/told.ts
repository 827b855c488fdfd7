import type { Scan } from '../../../client/index.ts'

export type ScanFinding = Scan['findings'][number]
export type Run = Scan['runs'][number]

const order = ['critical', 'high', 'medium', 'low', 'info'] as const

/** What is wrong, the worst first, as one row for each rule and subject: the addresses at which it was seen are gathered. */
export interface Gathered {
  readonly finding: ScanFinding
  readonly addresses: readonly string[]
}

export interface Told {
  readonly present: readonly Gathered[]
  readonly unknown: readonly Gathered[]
  readonly worst: ScanFinding['severity'] | null
  /** Scanners that were not asked at all, or refused; by title. */
  readonly notAsked: readonly Run[]
  /** Scanners that ended without telling anything. */
  readonly failed: readonly Run[]
  /** A run that told nothing may be asked again. */
  readonly canAskAgain: boolean
}

export function toldBy({ findings, runs }: Pick<Scan, 'findings' | 'runs'>): Told {
  const present = gather(findings.filter(({ verdict }) => verdict === 'present'))
  return {
    present,
    unknown: gather(findings.filter(({ verdict }) => verdict === 'unknown')),
    worst: order.find((severity) => present.some(({ finding }) => finding.severity === severity)) ?? null,
    notAsked: runs.filter(({ status }) => status === 'not-asked' || status === 'refused'),
    failed: runs.filter(({ status }) => status === 'failed' || status === 'cancelled'),
    canAskAgain: runs.some(({ status }) => status !== 'completed' && status !== 'not-asked'),
  }
}

function gather(findings: readonly ScanFinding[]): Gathered[] {
  const rows = new Map<string, { finding: ScanFinding; addresses: string[] }>()
  for (const finding of findings) {
    const key = `${finding.rule}\n${finding.subject}\n${finding.reason ?? ''}\n${JSON.stringify(finding.evidence)}`
    const row = rows.get(key) ?? { finding, addresses: [] }
    if (finding.address !== null) row.addresses.push(finding.address)
    rows.set(key, row)
  }
  return [...rows.values()].sort((a, b) => order.indexOf(a.finding.severity) - order.indexOf(b.finding.severity))
}

/** Evidence as lines to read: one for each fact, a list as many. */
export function linesOf(evidence: Readonly<Record<string, unknown>>): string {
  return Object.entries(evidence)
    .map(([name, value]) => {
      if (Array.isArray(value) && value.length > 1)
        return `${name}:\n${value.map((one) => `  ${textOf(one)}`).join('\n')}`
      return `${name}: ${textOf(Array.isArray(value) ? value[0] : value)}`
    })
    .join('\n')
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '–'))

/** A command that shows the same from a terminal. */
export function commandFor({ scanner, subject }: Pick<ScanFinding, 'scanner' | 'subject'>, host: string): string {
  if (scanner === 'http' && /^https?:\/\/[\w.:[\]/-]+$/.test(subject)) return `curl -sI ${subject}`
  const port = /^(\d{1,5})\/tcp$/.exec(subject)?.[1]
  const options =
    port === undefined
      ? ''
      : scanner === 'ports'
        ? ` --ports ${port}`
        : scanner === 'tls'
          ? ` --options '{"port":${port}}'`
          : ''
  return `npx portlight probe ${scanner} ${host}${options}`
}
