import { spellingRules } from '#db/model/target.ts'

/**
 * What a reason code means, as the end of "could not tell: …" or "not asked: …": no more than is true wherever a scanner may use it.
 * A code that is not here is shown as it is.
 */
const sentences: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(spellingRules).map(([code, { says }]) => [code, asClause(says)])),

  // Why a scan or a run ended without an answer
  deadline: 'the time that was set for it is over',
  'never-started': 'no worker took it before its deadline',
  'crashed-too-often': 'the workers that ran it kept dying',
  cancelled: 'somebody cancelled it',
  internal: 'Portlight itself failed here',
  'name-not-found': 'the name does not exist',
  'no-address': 'the name has no address',
  'resolver-failed': 'the name servers gave no usable answer about the name',
  unreachable: 'it could not be reached',
  'timed-out': 'no answer came in time',
  'protocol-error': 'what answered does not keep to the protocol',

  // Why something was asked and not told
  'no-answer': 'no answer came',
  silent: 'no answer came',
  refused: 'it was refused',
  reset: 'the connection was cut',
  closed: 'the connection was closed before an answer',
  malformed: 'the answer cannot be read',
  'too-large': 'the answer is larger than what is read',
  limit: 'the answer is larger than what is read',
  truncated: 'the answer was cut short',
  'packet-loss': 'the network lost too much to tell silence from loss',
  'port-closed': 'nothing listens there',
  'connection-reset': 'the connection was cut',
  'no-usable-answer': 'no answer could be used',
  'not-tls': 'what answered there does not speak TLS',
  'not-http': 'what answered there does not speak HTTP',
  nxdomain: 'the name does not exist',
  nodata: 'the name has no such record',
  servfail: 'the name server says that it failed',
  'not-published': 'it is not published',
  redacted: 'the registry keeps it back',
  throttled: 'no more questions are answered for now',
  'not-registered': 'the name is not registered',

  // Why something was not asked
  'not-asked': 'it was not asked',
  'wrong-kind': 'it does not take this kind of target',
  'not-supported': 'Portlight does not speak it',
  'not-allowed': 'it may not be touched',
  'own-socket': 'it is a socket of Portlight itself',
  'too-many-addresses': 'the name has more addresses than are asked',
  'too-many-open-ports': 'more ports are open than are listened to',
  'no-proof': 'nobody has shown that it is theirs to scan',
  EMFILE: 'this machine had no file handles left',
  ENFILE: 'this machine had no file handles left',
  EADDRNOTAVAIL: 'this machine had no local port left',
  ENETUNREACH: 'this machine has no route there',
  EHOSTUNREACH: 'no way leads there',
  EACCES: 'this machine does not allow it',
  EPERM: 'this machine does not allow it',
  ECANCELED: 'it was stopped before its turn came',
}

/** `Nothing was given.` → `nothing was given`. */
function asClause(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '')
}

/** `no answer came (no-answer)`; where a code has no sentence here, the detail that came with it, else the bare code. */
export function explain(code: string | null | undefined, detail?: string | null): string {
  if (!code) return detail ?? 'no reason was given'
  const sentence = Object.hasOwn(sentences, code) ? sentences[code] : detail?.replace(/\.$/, '')
  return sentence ? `${sentence} (${code})` : code
}
