import { severities } from '#db/model/finding.ts'
import { count, counted } from '../layout.ts'
import { explain } from '../reasons.ts'
import type { Finding, Run, ScanDocument } from '../scan-document.ts'

/** What a report is made from: a scan as the API shows it, or what one probe gave. */
export type Told = Pick<ScanDocument, 'target' | 'status' | 'reason' | 'runs' | 'findings'>

/** The sentences that a report begins with: what is so, and how much of it is not known. */
export function statement({ status, reason, runs, findings }: Told): string {
  const detail = runs.find((run) => run.reason === reason)?.detail
  if (status === 'refused') return `Refused: ${explain(reason, detail)}. Nothing can be said about this target.`
  const present = findings.filter(({ verdict }) => verdict === 'present')
  const doubts = [
    ...notTold(runs),
    ...checksNotTold(findings.length - present.length),
    ...silence(runs),
    ...turnedAway(runs, 'refused', 'refused'),
    ...turnedAway(runs, 'not-asked', 'not asked'),
  ]
  if (present.length > 0) return `${[foundSentence(present), ...doubts].join('; ')}.`
  if (!runs.some(({ status }) => status === 'completed')) {
    const nothing = reason === null ? 'Nothing could be told' : `Nothing could be told: ${explain(reason, detail)}`
    return `${[nothing, ...doubts].join('; ')}.`
  }
  const bill = doubts.length > 0 ? 'This is no clean bill.' : 'What was asked stands under Coverage.'
  return `${['Nothing wrong was found in what was answered', ...doubts].join('; ')}. ${bill}`
}

function foundSentence(present: readonly Finding[]): string {
  const worst = severities.findLast((level) => present.some(({ severity }) => severity === level)) ?? 'info'
  return present.length === 1 ? `1 finding, ${worst}` : `${count(present.length)} findings, the worst is ${worst}`
}

const notTellingStates = new Set<Run['status']>(['inconclusive', 'failed', 'cancelled'])

function notTold(runs: readonly Run[]): string[] {
  const dumb = runs.filter(({ status }) => notTellingStates.has(status))
  if (dumb.length === 0) return []
  return [`${count(dumb.length)} of ${counted(runs.length, 'scanner')} could not tell (${namesOf(dumb)})`]
}

const checksNotTold = (checks: number) => (checks > 0 ? [`${counted(checks, 'check')} could not be told`] : [])

function silence(runs: readonly Run[]): string[] {
  return runs.flatMap(({ coverage }) =>
    coverage && coverage.silent > 0
      ? [`${count(coverage.silent)} of ${count(coverage.asked)} ${coverage.unit} gave no answer`]
      : [],
  )
}

function turnedAway(runs: readonly Run[], status: Run['status'], words: string): string[] {
  const such = runs.filter((run) => run.status === status)
  if (such.length === 0) return []
  return [`${namesOf(such)} ${such.length === 1 ? 'was' : 'were'} ${words}`]
}

const namesOf = (runs: readonly Run[]) => new Intl.ListFormat('en').format(runs.map(({ scanner }) => scanner))
