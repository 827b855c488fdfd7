/** Some scanners say beside the reason which way of two it was: `http-refused`. */
export const plainReason = (code: string): string => code.replace(/^https?-/, '')
/** Which way of two, as people write it; '' where nothing says so. */
export const wayOf = (code: string): string => /^(https?)-/.exec(code)?.[1]?.toUpperCase() ?? ''

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
export const isWorthAskingAgain = (reason: string): boolean => wayOutOf(reason) !== 'notOurs'
