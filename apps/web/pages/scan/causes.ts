import type { Gathered, Run, Told } from './told.ts'

/** Why some of a scan could not be told: one scanner and one reason, with all that it kept from being told. */
export interface Cause {
  readonly scanner: string
  readonly title: string
  readonly reason: string
  /** In the scanner's words; only where the whole run ended so. */
  readonly detail: string | null
  /** The whole run told nothing, or not all, for this reason. */
  readonly isWholeRun: boolean
  readonly checks: readonly Gathered[]
  /** What was asked, and gave no usable answer. */
  readonly asks: readonly string[]
}

/** Some scanners say beside the reason which way of two it was: `http-refused`. */
const plainReason = (code: string) => code.replace(/^https?-/, '')

const told = new Set<Run['status']>(['completed', 'refused', 'not-asked', 'queued', 'running'])

/** What could not be told by its causes: those that keep the most from being told come first. */
export function causesOf(runs: readonly Run[], { unknown }: Pick<Told, 'unknown'>): Cause[] {
  const causes = new Map<string, { -readonly [Name in keyof Cause]: Cause[Name] }>()
  const causeOf = (scanner: string, code: string) => {
    const reason = plainReason(code)
    const key = `${scanner}\n${reason}`
    const title = runs.find((run) => run.scanner === scanner)?.title ?? scanner
    const cause = causes.get(key) ?? { scanner, title, reason, detail: null, isWholeRun: false, checks: [], asks: [] }
    causes.set(key, cause)
    return cause
  }
  for (const { scanner, status, reason, detail } of runs) {
    if (told.has(status)) continue
    Object.assign(causeOf(scanner, reason ?? 'unknown'), { detail, isWholeRun: true })
  }
  for (const gathered of unknown) {
    const cause = causeOf(gathered.finding.scanner, gathered.finding.reason ?? 'unknown')
    cause.checks = [...cause.checks, gathered]
  }
  for (const { scanner, coverage } of runs)
    for (const { what, reason } of coverage?.unanswered ?? []) {
      const cause = causeOf(scanner, reason)
      cause.asks = [...cause.asks, what]
    }
  return [...causes.values()].sort(
    (a, b) =>
      Number(b.isWholeRun) - Number(a.isWholeRun) || b.checks.length - a.checks.length || b.asks.length - a.asks.length,
  )
}

const ways = {
  silent: ['timed-out', 'no-answer', 'silent', 'name-server-silent', 'no-answer-before'],
  refused: ['refused', 'port-closed', 'no-connection'],
  lossy: ['packet-loss'],
  noRoute: ['unreachable', 'EHOSTUNREACH', 'ENETUNREACH'],
  cut: ['reset', 'connection-reset', 'closed', 'closed-at-once', 'broken-off', 'cut-off', 'no-handshake', 'tls-failed'],
  late: ['deadline', 'walk-time-over'],
  nameServers: ['resolver-failed', 'servfail', 'other-rcode', 'no-authoritative-server', 'no-usable-answer', 'no-zone'],
  name: ['name-not-found', 'no-address', 'nxdomain', 'nodata'],
  throttled: ['throttled', 'server-error'],
  otherService: ['not-tls', 'not-http', 'not-rdap', 'protocol-error', 'malformed', 'starttls-not-offered'],
  tooMuch: [
    'too-large',
    'limit',
    'truncated',
    'chain-too-large',
    'head-too-large',
    'policy-too-large',
    'too-many-cookies',
  ],
  registry: ['redacted', 'not-published', 'no-whois-server', 'not-understood', 'could-not-tell', 'ambiguous-date'],
  notOurs: ['own-library', 'not-supported', 'signature-not-supported', 'unknown-algorithm', 'name-constraints-unread'],
  stopped: ['cancelled', 'ECANCELED'],
  ownFault: ['internal', 'crashed-too-often', 'EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'],
  noWorker: ['never-started'],
} as const

export type Way = keyof typeof ways | 'other'

const wayByReason = new Map<string, Way>(
  Object.entries(ways).flatMap(([way, reasons]) => reasons.map((reason) => [reason, way as Way] as const)),
)

/** What people can do about a reason, as a key of the words. */
export const wayOutOf = (reason: string): Way => wayByReason.get(plainReason(reason)) ?? 'other'

/** Asking again cannot help where we ourselves cannot read the answer. */
export const isWorthAskingAgain = ({ reason }: Pick<Cause, 'reason'>): boolean => wayOutOf(reason) !== 'notOurs'
