import type { Db } from '#db/connect.ts'
import type { ToldChange } from '#db/model/alert.ts'
import { severities } from '#db/model/finding.ts'
import { type AlertRow, alertsOfBundle } from '#db/queries/alerts.ts'
import { describeRule } from '#workers/scanners/catalog.ts'

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
  const { title, remedy, reference } = describeRule(scanner, rule)
  return { title, remedy, reference }
}

/** What a webhook is told of a bundle; null where its targets were deleted meanwhile. */
export async function bundleDocument(db: Db, organisationId: string, bundleId: string) {
  const alerts = await alertsOfBundle(db, organisationId, bundleId)
  if (alerts.length === 0) return null
  return { id: bundleId, title: subjectOf(alerts), lines: linesOf(alerts), alerts: alerts.map(writeAlert) }
}

/** In one line: how many of what, and where. */
export function subjectOf(alerts: readonly AlertRow[]): string {
  const changes = alerts.flatMap((alert) => alert.changes)
  const counts = new Map<string, number>()
  for (const change of changes) counts.set(wordOf(change), (counts.get(wordOf(change)) ?? 0) + 1)
  const what = [...counts].map(([word, count]) => `${count} ${word.toLowerCase()}`).join(', ')
  const hosts = [...new Set(alerts.map(({ display }) => display))]
  const where = hosts.length === 1 ? hosts[0]! : `${hosts.length} targets`
  return `${where}: ${what}`.slice(0, 200)
}

function daysOf({ evidence }: ToldChange): string {
  const days = Number(evidence?.['daysLeft'] ?? 0)
  return days === 1 ? 'a day' : `${days} days`
}

const gone = 'The name no longer leads there: none of its servers gives that address.'

const linesAtMost = 50

/** One line for each change, the most severe first, then its remedy; the rest is counted. */
export function linesOf(alerts: readonly AlertRow[]): string[] {
  const changes = alerts
    .flatMap((alert) => alert.changes.map((change) => ({ host: alert.display, ...change })))
    .sort((one, other) => severities.indexOf(other.severity) - severities.indexOf(one.severity))
  const shown = changes.slice(0, linesAtMost).map((change) => {
    const { title, remedy } = wordsOf(change)
    const at = change.addresses.filter(Boolean).slice(0, 5).join(', ')
    const when = change.kind === 'expires' ? `, in ${daysOf(change)}` : ''
    const what = `${wordOf(change)}${when}, ${change.severity}: ${title} (${change.host}, ${change.subject}${at === '' ? '' : ` at ${at}`}).`
    if (change.state !== 'fixed') return `${what} ${remedy}`
    return change.reason === 'address-gone' ? `${what} ${gone}` : what
  })
  const rest = changes.length - shown.length
  return (rest > 0 ? [...shown, `And ${rest} more.`] : shown).map((line) => line.slice(0, 1000))
}
