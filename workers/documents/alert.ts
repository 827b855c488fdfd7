import type { Db } from '#db/connect.ts'
import { inert } from '#db/model/inert.ts'
import type { ToldChange } from '#db/model/alert.ts'
import { severities } from '#db/model/finding.ts'
import { type AlertRow, alertsOfBundle } from '#db/queries/alerts.ts'
import { describeRule } from '#workers/scanners/catalog.ts'
import { describeOther } from './other-news.ts'

// What people are told, as a document and in words. What a target sent stands in it as text; whoever shows it escapes it for where it is shown.

const words: Readonly<Record<ToldChange['kind'], string>> = {
  opened: 'New',
  confirmed: 'New',
  regressed: 'Back again',
  fixed: 'Fixed',
  recalibrated: 'Graded anew',
  reopened: 'No longer accepted',
  accepted: 'Accepted',
  'false-positive': 'False',
  severity: 'Of another severity',
  expires: 'Ends soon',
  silent: 'Silent',
  'answers-again': 'Answers again',
  spared: 'No longer scanned',
}

/** A change is told as what it came to, which may be a later scan than the one that first saw it. */
const wordOf = ({ kind, state }: ToldChange) =>
  kind !== 'confirmed' ? words[kind] : state === 'fixed' ? 'Fixed' : state === 'regressed' ? 'Back again' : 'New'

export const writeAlert = (alert: AlertRow) => ({
  id: alert.id,
  at: alert.at.toISOString(),
  severity: alert.severity,
  target: { id: alert.targetId, canonical: alert.canonical, display: alert.display },
  scanId: alert.scanId,
  changes: alert.changes.map((change) => ({
    ...change,
    ...wordsOf(change),
    reason: change.reason ?? null,
    news: wordOf(change),
  })),
})

function wordsOf({ scanner, rule }: ToldChange) {
  const { title, remedy, reference } = describeOther(rule) ?? describeRule(scanner, rule)
  return { title, remedy, reference }
}

/** What a webhook is told of a bundle; null where its targets were deleted meanwhile. */
export async function bundleDocument(db: Db, organisationId: string, bundleId: string) {
  const alerts = await alertsOfBundle(db, organisationId, bundleId)
  if (alerts.length === 0) return null
  return { id: bundleId, title: subjectOf(alerts), lines: linesOf(alerts), alerts: alerts.map(writeAlert) }
}

type HostChange = ToldChange & { readonly host: string; readonly at: Date }
const changesOf = (alerts: readonly AlertRow[]): HostChange[] =>
  alerts.flatMap((alert) => alert.changes.map((change) => ({ host: alert.display, at: alert.at, ...change })))
const isOutage = ({ kind }: ToldChange) => kind === 'silent' || kind === 'answers-again'

/** In one line: how many of what, and where; of one outage alone what it is. */
export function subjectOf(alerts: readonly AlertRow[]): string {
  const changes = changesOf(alerts)
  const hosts = [...new Set(changes.map(({ host }) => host))]
  const where = hosts.length === 1 ? hosts[0]! : `${hosts.length} targets`
  const [first] = changes
  const isOne = first !== undefined && isOutage(first) && new Set(changes.map(outageKey)).size === 1
  if (isOne) return `${where}: ${wordOf(first).toLowerCase()}: ${wordsOf(first).title}`.slice(0, 200)
  const counts = new Map<string, number>()
  for (const change of changes) counts.set(wordOf(change), (counts.get(wordOf(change)) ?? 0) + 1)
  const what = [...counts].map(([word, count]) => `${count} ${word.toLowerCase()}`).join(', ')
  return `${where}: ${what}`.slice(0, 200)
}

/** What is one cause's, whatever target it is told of; findings are each their own. */
const outageKey = (change: ToldChange) =>
  isOutage(change) ? JSON.stringify([change.kind, change.rule, change.subject]) : ''

const hostsShown = 10

/** One line for an outage, however many targets it is told of. */
function outageLine(changes: readonly HostChange[]): string {
  const [change] = changes as [HostChange]
  const { title, remedy } = wordsOf(change)
  const hosts = [...new Set(changes.map(({ host }) => host))]
  const rest = hosts.length - hostsShown
  const where = `${hosts.slice(0, hostsShown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  const { since, until } = (change.evidence ?? {}) as { readonly since?: string; readonly until?: string }
  const of = change.rule === 'outage/registry' ? ` of .${change.subject}` : ''
  return change.kind === 'silent'
    ? `Silent, ${change.severity}: ${title}${of}, since ${since} (${where}). ${remedy}`
    : `Answers again: ${title}${of}; that was so from ${since} to ${until} (${where}).`
}

function daysOf({ evidence }: ToldChange): string {
  const days = Number(evidence?.['daysLeft'] ?? 0)
  return days === 1 ? 'a day' : `${days} days`
}

const evidenceCharacters = 160

/** What was seen, and when. A target's text becomes no link in whoever's mail program. */
function seenIn({ kind, at, evidence }: HostChange): string {
  if (kind === 'expires' || kind === 'spared' || evidence === null) return ''
  const facts = Object.entries(evidence)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const seen = inert(facts.join(', ')).replaceAll('://', '[:]//').slice(0, evidenceCharacters)
  return seen === '' ? '' : ` Seen ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC: ${seen}.`
}

const gone = 'The name no longer leads there: none of its servers gives that address.'

const linesAtMost = 50

/** One line for each outage, then for each change, the most severe first, with its remedy; the rest is counted. */
export function linesOf(alerts: readonly AlertRow[]): string[] {
  const all = changesOf(alerts)
  const outages = [...Map.groupBy(all.filter(isOutage), outageKey).values()].map(outageLine)
  const changes = all
    .filter((change) => !isOutage(change))
    .sort((one, other) => severities.indexOf(other.severity) - severities.indexOf(one.severity))
  const shown = changes.slice(0, linesAtMost).map((change) => {
    const { title, remedy } = wordsOf(change)
    const at = change.addresses.filter(Boolean).slice(0, 5).join(', ')
    const when = change.kind === 'expires' ? `, in ${daysOf(change)}` : ''
    const what = `${wordOf(change)}${when}, ${change.severity}: ${title} (${change.host}, ${change.subject}${at === '' ? '' : ` at ${at}`}).`
    if (change.state !== 'fixed') return `${what} ${remedy}${seenIn(change)}`
    return change.reason === 'address-gone' ? `${what} ${gone}` : what
  })
  const rest = changes.length - shown.length
  return [...outages, ...shown, ...(rest > 0 ? [`And ${rest} more.`] : [])].map((line) => line.slice(0, 1000))
}
