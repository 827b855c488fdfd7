import type { Rule } from '../../scanner.ts'
import { hostOf, originOf } from '../location.ts'
import type { Hop, HstsFact, HttpResult } from '../schema.ts'
import { type Answer, observe, Unknown } from './answer.ts'
import { ofPlainOrigins } from './origins.ts'

type HttpRule = Rule<HttpResult>

/** A rule on the first HTTPS response of the host itself. An address has no policy (RFC 6797 §8.1.1): it is not asked. */
const ofHsts =
  (judge: (hsts: HstsFact | null) => Answer): HttpRule['check'] =>
  ({ host, isAddress, walks: { http, https } }) => {
    if (isAddress) return []
    const isOwn = ({ url }: Hop) => url.startsWith('https:') && hostOf(new URL(url)) === host
    const first = [...https.hops, ...http.hops].find((hop) => hop.response && isOwn(hop)) ?? https.hops[0]
    const answer = first?.response ? judge(first.response.hsts) : new Unknown(`https-${https.outcome}`)
    return observe({ subject: originOf(https.start), address: first?.address ?? null }, answer)
  }

/** A rule on a policy that is in force: without one there is another finding to say so. */
const ofPolicy = (judge: (policy: NonNullable<HstsFact['policy']>) => boolean) =>
  ofHsts((hsts) => (hsts?.policy ? judge(hsts.policy) && { value: hsts.value } : null))

const dayInSeconds = 86_400

export const hstsRules: readonly HttpRule[] = [
  {
    id: 'http/hsts-missing',
    title: 'Browsers are not told to use HTTPS only',
    severity: 'medium',
    remedy: 'Send Strict-Transport-Security: max-age=31536000; includeSubDomains with every HTTPS response.',
    reference: 'RFC 6797 §6.1, §7.1',
    check: ofHsts((hsts) => (hsts ? hsts.policy && false : true)),
  },
  {
    id: 'http/hsts-invalid',
    title: 'The HSTS policy is written wrongly, so browsers ignore it',
    severity: 'medium',
    remedy: 'Write max-age=NUMBER once; separate directives by semicolons.',
    reference: 'RFC 6797 §6.1, §8.1',
    check: ofHsts((hsts) => hsts && hsts.policy === null && { value: hsts.value }),
  },
  {
    id: 'http/hsts-disabled',
    title: 'The HSTS policy makes browsers forget it',
    severity: 'medium',
    remedy: 'Raise max-age from 0 to a year.',
    reference: 'RFC 6797 §6.1.1',
    check: ofPolicy(({ maxAgeSeconds }) => maxAgeSeconds === 0),
  },
  {
    id: 'http/hsts-short',
    title: 'The HSTS policy holds for less than 180 days',
    severity: 'low',
    remedy: 'Raise max-age to a year (31536000).',
    reference: 'RFC 6797 §6.1.1, §11.2',
    check: ofHsts((hsts) => {
      if (!hsts?.policy || hsts.policy.maxAgeSeconds === 0) return null
      return hsts.policy.maxAgeSeconds < 180 * dayInSeconds && { value: hsts.value }
    }),
  },
  {
    id: 'http/hsts-duplicate',
    title: 'The HSTS policy is sent more than once',
    severity: 'low',
    remedy: 'Send one field: browsers heed the first only.',
    reference: 'RFC 6797 §7.1, §8.1',
    check: ofHsts((hsts) => hsts !== null && hsts.fieldCount > 1 && { fields: hsts.fieldCount, value: hsts.value }),
  },
  {
    id: 'http/hsts-over-http',
    title: 'An HSTS policy is sent over plain HTTP, where browsers ignore it',
    severity: 'info',
    remedy: 'Send it over HTTPS only.',
    reference: 'RFC 6797 §7.2, §8.1',
    check: ofPlainOrigins(({ hsts }) => hsts !== null && { value: hsts.value }),
  },
  {
    id: 'http/hsts-no-subdomains',
    title: 'The HSTS policy leaves the names below out',
    severity: 'info',
    remedy: 'Add includeSubDomains once all of them serve HTTPS.',
    reference: 'RFC 6797 §6.1.2',
    check: ofHsts((hsts) => {
      if (!hsts?.policy || hsts.policy.maxAgeSeconds === 0) return null
      return !hsts.policy.includeSubDomains && { value: hsts.value }
    }),
  },
  {
    id: 'http/hsts-preload-ineligible',
    title: 'The HSTS policy asks for preloading and does not qualify',
    severity: 'low',
    remedy: 'Preloading takes max-age of a year or more and includeSubDomains; or take the word preload out.',
    reference: 'hstspreload.org, submission requirements',
    check: ofPolicy(
      ({ preload, maxAgeSeconds, includeSubDomains }) =>
        preload && (maxAgeSeconds < 365 * dayInSeconds || !includeSubDomains),
    ),
  },
]
