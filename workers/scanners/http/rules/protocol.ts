import type { Rule } from '../../scanner.ts'
import { oursPrefix } from '../failure.ts'
import { originOf } from '../location.ts'
import type { FailureFact, HttpResult } from '../schema.ts'
import { type Answer, observe, Unknown } from './answer.ts'
import { ofOrigins } from './origins.ts'

type HttpRule = Rule<HttpResult>

/** Silence proves nothing, and neither does what our own library cannot speak. */
function unavailable({ outcome, detail }: FailureFact): Answer {
  const isProof = outcome === 'refused' || (outcome === 'tls-failed' && !detail.startsWith(oursPrefix))
  return isProof ? { outcome, detail } : new Unknown(`https-${outcome}`)
}

export const protocolRules: readonly HttpRule[] = [
  {
    id: 'http/https-unavailable',
    title: 'HTTPS cannot be used',
    severity: 'high',
    remedy: 'Serve HTTPS with TLS 1.2 or 1.3 on the https port.',
    reference: 'RFC 9110 §4.2.2',
    check: ({ walks: { https } }) => {
      const [first] = https.hops
      if (!first) return []
      const { address, failure, tls, tried } = first
      const subject = originOf(https.start)
      return [
        ...tried.flatMap(({ address, failure }) => observe({ subject, address }, unavailable(failure))),
        ...observe({ subject, address }, failure && !tls ? unavailable(failure) : false),
      ]
    },
  },
  {
    id: 'http/malformed-response',
    title: 'A response breaks the grammar of HTTP',
    severity: 'low',
    remedy: 'Find out which program writes it: whoever stands between it and the visitor may read it differently.',
    reference: 'RFC 9112 §2 to §7; RFC 9110 §5.5',
    check: ofOrigins(
      ({ deviations }) => deviations.length > 0 && { deviations },
      ({ outcome, detail }) => {
        if (outcome === 'malformed') return { deviations: [detail] }
        return outcome === 'refused' ? null : new Unknown(outcome)
      },
    ),
  },
]
