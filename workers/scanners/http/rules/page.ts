import type { Rule } from '../../scanner.ts'
import { valuesOfFirst } from '../policy/csp.ts'
import { allowsAnyHost } from '../policy/csp-sources.ts'
import type { HttpResult } from '../schema.ts'
import { Unknown } from './answer.ts'
import { ofDocument, ofPage, pageNotRead } from './document.ts'

type HttpRule = Rule<HttpResult>

export const framingRules: readonly HttpRule[] = [
  {
    id: 'http/framing-allowed',
    title: 'Any site may show the page in a frame',
    severity: 'medium',
    remedy: "Send Content-Security-Policy: frame-ancestors 'self' (or 'none'), and X-Frame-Options for old browsers.",
    reference: 'CSP3 §6.4.2; HTML, X-Frame-Options',
    check: ofPage(({ policies, arePoliciesWhole, frameOptions }) => {
      if (!arePoliciesWhole) return new Unknown('policy-too-large')
      // A policy in a meta element cannot say who may frame the page.
      const ancestors = policies
        .filter(({ from, enforced }) => from === 'field' && enforced)
        .flatMap((policy) => {
          const sources = valuesOfFirst(policy, 'frame-ancestors')
          return sources ? [sources] : []
        })
      // Where a policy names ancestors, X-Frame-Options is not heeded.
      if (ancestors.length === 0) return frameOptions.inForce ? false : { frameOptions: frameOptions.values }
      return (
        ancestors.every(allowsAnyHost) && {
          frameAncestors: ancestors.map((sources) => sources.join(' ').slice(0, 500)),
        }
      )
    }),
  },
  {
    id: 'http/xfo-invalid',
    title: 'X-Frame-Options has a value that browsers ignore',
    severity: 'low',
    remedy: 'Send DENY or SAMEORIGIN; for named sites use frame-ancestors.',
    reference: 'HTML, X-Frame-Options',
    check: ofPage(({ frameOptions: { values } }) => {
      const ignored = values.filter((value) => value !== 'deny' && value !== 'sameorigin')
      return ignored.length > 0 && { values: ignored }
    }),
  },
  {
    id: 'http/xfo-conflict',
    title: 'X-Frame-Options contradicts itself',
    severity: 'low',
    remedy: 'Send one value: find out which server adds the other.',
    reference: 'HTML, X-Frame-Options',
    check: ofPage(({ frameOptions: { values } }) => values.length > 1 && { values }),
  },
]

export const sniffingRules: readonly HttpRule[] = [
  {
    id: 'http/nosniff-missing',
    title: 'Browsers may guess the type of what is sent',
    severity: 'low',
    remedy: 'Send X-Content-Type-Options: nosniff with every response.',
    reference: 'Fetch, X-Content-Type-Options',
    check: ofDocument(({ contentTypeOptions: [first] }) =>
      first === undefined ? true : isNosniff(first) ? false : null,
    ),
  },
  {
    id: 'http/nosniff-invalid',
    title: 'X-Content-Type-Options has a value that browsers ignore',
    severity: 'low',
    remedy: 'Write nosniff, and nothing else.',
    reference: 'Fetch, X-Content-Type-Options',
    check: ofDocument(({ contentTypeOptions }) => {
      const [first] = contentTypeOptions
      return first !== undefined && !isNosniff(first) && { values: contentTypeOptions }
    }),
  },
]

const isNosniff = (value: string) => value.toLowerCase() === 'nosniff'

export const referrerRules: readonly HttpRule[] = [
  {
    id: 'http/referrer-policy-missing',
    title: 'The page does not say what other sites may learn of its address',
    severity: 'info',
    remedy: 'Send Referrer-Policy: strict-origin-when-cross-origin, or no-referrer.',
    reference: 'Referrer Policy §4, §8.1',
    check: ofPage(({ referrer: { members, byField, byMeta }, isWhole }) => {
      if (byField !== null || byMeta !== null) return false
      if (members.length > 0) return null
      return isWhole || pageNotRead
    }),
  },
  {
    id: 'http/referrer-policy-unsafe',
    title: 'Other sites learn the whole address of the page',
    severity: 'low',
    remedy: 'Send Referrer-Policy: strict-origin-when-cross-origin, or no-referrer.',
    reference: 'Referrer Policy §3, §8.1',
    check: ofPage(({ referrer: { byField, byMeta }, isWhole }) => {
      // What a meta element says overrules the field.
      if (!isWhole) return pageNotRead
      const policy = byMeta ?? byField
      return (policy === 'unsafe-url' || policy === 'no-referrer-when-downgrade') && { policy }
    }),
  },
  {
    id: 'http/referrer-policy-invalid',
    title: 'Referrer-Policy has no value that browsers know',
    severity: 'low',
    remedy: 'Correct its spelling; separate values by commas.',
    reference: 'Referrer Policy §8.1',
    check: ofPage(
      ({ referrer: { members, byField } }) => members.length > 0 && byField === null && { values: members },
    ),
  },
]
