import type { Db } from '#db/connect.ts'
import { inert } from '#db/model/inert.ts'
import type { ToldChange } from '#db/model/alert.ts'
import { severities } from '#db/model/finding.ts'
import { words } from '#db/model/words/index.ts'
import type { Language } from '#db/model/words/language.ts'
import { type AlertRow, alertsOfBundle } from '#db/queries/alerts.ts'
import { describeRule } from '#workers/scanners/catalog.ts'
import { describeOther } from './other-news.ts'

// What people are told, as a document and in words. What a target sent stands in it as text; whoever shows it escapes it for where it is shown.

/** A change is told as what it came to, which may be a later scan than the one that first saw it. */
const newsOf = ({ kind, state }: ToldChange): ToldChange['kind'] =>
  kind !== 'confirmed' || state === 'open' ? kind : state

const wordOf = (change: ToldChange, language: Language = 'en') => words[language].told.news[newsOf(change)]

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

function wordsOf({ scanner, rule }: ToldChange, language: Language = 'en') {
  const { title, remedy, reference } = describeOther(rule, language) ?? describeRule(scanner, rule, language)
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
export function subjectOf(alerts: readonly AlertRow[], language: Language = 'en'): string {
  const { inLine, targets } = words[language].told
  const changes = changesOf(alerts)
  const hosts = [...new Set(changes.map(({ host }) => host))]
  const where = hosts.length === 1 ? hosts[0]! : targets(hosts.length)
  const [first] = changes
  const isOne = first !== undefined && isOutage(first) && new Set(changes.map(outageKey)).size === 1
  if (isOne) return `${where}: ${inLine(wordOf(first, language))}: ${wordsOf(first, language).title}`.slice(0, 200)
  const counts = new Map<string, number>()
  for (const change of changes) {
    const word = wordOf(change, language)
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const what = [...counts].map(([word, count]) => `${count} ${inLine(word)}`).join(', ')
  return `${where}: ${what}`.slice(0, 200)
}

/** What is one cause's, whatever target it is told of; findings are each their own. */
const outageKey = (change: ToldChange) =>
  isOutage(change) ? JSON.stringify([change.kind, change.rule, change.subject]) : ''

const hostsShown = 10

/** One line for an outage, however many targets it is told of. */
function outageLine(changes: readonly HostChange[], language: Language): string {
  const { told, terms, formats } = words[language]
  const [change] = changes as [HostChange]
  const { title, remedy } = wordsOf(change, language)
  const hosts = [...new Set(changes.map(({ host }) => host))]
  const rest = hosts.length - hostsShown
  const where = `${hosts.slice(0, hostsShown).join(', ')}${rest > 0 ? told.andMore(rest) : ''}`
  const { since = '', until = '' } = (change.evidence ?? {}) as { readonly since?: string; readonly until?: string }
  const what = `${title}${change.rule === 'outage/registry' ? told.ofRegistry(change.subject) : ''}`
  const [from, to] = [formats.longInstant(since), formats.longInstant(until)]
  return change.kind === 'silent'
    ? told.silent(terms.severity[change.severity], what, from, where, remedy)
    : told.answersAgain(what, from, to, where)
}

const daysOf = ({ evidence }: ToldChange): number => Number(evidence?.['daysLeft'] ?? 0)

const evidenceCharacters = 160

/** What was seen, and when. A target's text becomes no link in whoever's mail program. */
function seenIn({ kind, at, evidence }: HostChange, language: Language): string {
  if (kind === 'expires' || kind === 'spared' || evidence === null) return ''
  const facts = Object.entries(evidence)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const seen = inert(facts.join(', ')).replaceAll('://', '[:]//').slice(0, evidenceCharacters)
  const { told, formats } = words[language]
  return seen === '' ? '' : told.seen(formats.instant(at.toISOString()), seen)
}

const linesAtMost = 50

/** One line for each outage, then for each change, the most severe first, with its remedy; the rest is counted. */
export function linesOf(alerts: readonly AlertRow[], language: Language = 'en'): string[] {
  const { told, terms } = words[language]
  const all = changesOf(alerts)
  const outages = [...Map.groupBy(all.filter(isOutage), outageKey).values()].map((of) => outageLine(of, language))
  const changes = all
    .filter((change) => !isOutage(change))
    .sort((one, other) => severities.indexOf(other.severity) - severities.indexOf(one.severity))
  const shown = changes.slice(0, linesAtMost).map((change) => {
    const { title, remedy } = wordsOf(change, language)
    const at = change.addresses.filter(Boolean).slice(0, 5).join(', ')
    const when = change.kind === 'expires' ? told.inDays(daysOf(change)) : ''
    const where = `${change.host}, ${change.subject}${at === '' ? '' : told.at(at)}`
    const what = `${wordOf(change, language)}${when}, ${terms.severity[change.severity]}: ${title} (${where}).`
    if (change.state !== 'fixed') return `${what} ${remedy}${seenIn(change, language)}`
    return change.reason === 'address-gone' ? `${what} ${told.addressGone}` : what
  })
  const rest = changes.length - shown.length
  return [...outages, ...shown, ...(rest > 0 ? [told.more(rest)] : [])].map((line) => line.slice(0, 1000))
}
