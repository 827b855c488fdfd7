import type { TlsVersion } from '#workers/network/door.ts'
import type { Asked, Offer } from './ask-address.ts'
import type { AddressOutcome, AddressResult, Protocol } from '../schema.ts'
import { type Answer, breaksOff } from './shake-hands.ts'

/** What the answers of one address mean: all of its result but the certificates. */
export function interpretAnswers({ address, offers, stoppedBy, isSteady }: Asked): Omit<AddressResult, 'chains'> {
  const isTlsServer = offers.some(({ answer }) => answer.kind === 'established')
  return {
    address,
    outcome: outcomeOf(offers) ?? stoppedBy?.kind ?? 'silent',
    detail: stoppedBy === null ? null : detailOf(stoppedBy),
    protocols: offers.map(({ version, answer }) => protocolOf(version, answer, isTlsServer, isSteady)),
  }
}

function outcomeOf(offers: readonly Offer[]): AddressOutcome | null {
  const kinds = new Set(offers.map(({ answer }) => answer.kind))
  if (kinds.has('established')) return 'handshake'
  if (kinds.has('alert') || kinds.has('failed')) return 'no-handshake'
  return (['not-tls', 'closed', 'silent'] as const).find((kind) => kinds.has(kind)) ?? null
}

function protocolOf(version: TlsVersion, answer: Answer, isTlsServer: boolean, isSteady: boolean): Protocol {
  if (answer.kind === 'established') {
    return { version, state: 'accepted', reason: null, detail: null, cipherSuite: answer.cipherSuite }
  }
  const isRejected =
    saysNo(answer) ||
    (isSteady && breaksOff(answer)) ||
    // A server older than TLS 1.3 finds none of its suites in it; in an older version, suites that we lack may be the reason.
    (isTlsServer && version === 'TLSv1.3' && answer.kind === 'alert' && answer.detail === 'handshake_failure')
  return {
    version,
    state: isRejected ? 'rejected' : 'unclear',
    reason: reasonOf(answer),
    detail: detailOf(answer),
    cipherSuite: null,
  }
}

/** OpenSSL's words for a ServerHello of a version that was not offered. */
const otherVersion = new Set(['ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_WRONG_SSL_VERSION'])

/** What can mean nothing but that this version is not spoken. */
const saysNo = (answer: Answer) =>
  (answer.kind === 'alert' && answer.detail === 'protocol_version') ||
  (answer.kind === 'failed' && otherVersion.has(answer.detail))

function reasonOf(answer: Answer): string {
  if (answer.kind === 'alert') return `alert-${answer.detail.replaceAll('_', '-')}`.slice(0, 100)
  if (answer.kind !== 'failed') return answer.kind
  return otherVersion.has(answer.detail) ? 'other-version' : 'own-library'
}

const detailOf = (answer: Answer) => ('detail' in answer ? answer.detail.slice(0, 100) : null)
