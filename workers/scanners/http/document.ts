import { foreignText } from '#db/model/text.ts'
import { shownUrl } from './facts.ts'
import { membersOf, valuesOf } from './message/fields.ts'
import type { Head } from './message/head.ts'
import { isPage, mediaTypeOf, textOf } from './message/media-type.ts'
import { type Policy, parsePolicies, parsePolicy } from './policy/csp.ts'
import { frameOptionsOf } from './policy/frame-options.ts'
import { type Meta, type Page, readPage } from './policy/html.ts'
import { referrerPolicyOf, referrerPolicyOfMeta } from './policy/referrer.ts'
import { type DocumentFact, most, type PolicyFact, type Walk } from './schema.ts'
import type { Seen } from './visit.ts'
import type { Walked } from './walk.ts'

/** The page that a visitor is shown: what the https walk ends in; what the http walk ends in where https gave no response at all. */
export function documentOf(http: Walked, https: Walked): DocumentFact | null {
  if (https.last) return documentFact('https', https.last)
  return http.last && !hasResponse(https.walk) ? documentFact('http', http.last) : null
}

const hasResponse = ({ hops }: Walk) => hops.some(({ response }) => response !== null)

function documentFact(walk: DocumentFact['walk'], { url, address, head, body, isWhole }: Seen): DocumentFact {
  const type = mediaTypeOf(head.fields)
  const contentTypeOptions = membersOf(head.fields, 'x-content-type-options')
  const isNosniff = contentTypeOptions[0]?.toLowerCase() === 'nosniff'
  const isShownAsPage = isPage(type, !isNosniff, body)
  const page: Page = isShownAsPage
    ? readPage(textOf(body, type?.charset ?? null))
    : { metas: [], headEnded: true, isWhole: true }
  const frameOptions = frameOptionsOf(membersOf(head.fields, 'x-frame-options'))
  const referrers = membersOf(head.fields, 'referrer-policy')
  const isRead = isWhole && page.isWhole
  return {
    walk,
    url: shownUrl(url),
    address,
    isPage: isShownAsPage,
    isWhole: isRead,
    isHeadWhole: isRead || page.headEnded,
    contentTypeOptions: words(contentTypeOptions),
    frameOptions: { values: words(frameOptions.values), inForce: frameOptions.inForce },
    ...policiesOf(head, page.metas),
    referrer: {
      members: words(referrers),
      byField: referrerPolicyOf(referrers),
      byMeta: metaReferrer(page.metas),
    },
    generators: words(contentsOf(page.metas, 'generator')),
  }
}

const words = (values: readonly string[]) => values.slice(0, 20).map((value) => foreignText(value, most.word))

const contentsOf = (metas: readonly Meta[], name: string): string[] =>
  metas
    .filter(({ attributes }) => attributes.get('name')?.toLowerCase() === name)
    .flatMap(({ attributes }) => attributes.get('content') ?? [])

/** Each one that is a policy replaces the one before (HTML, "referrer" metadata name). */
const metaReferrer = (metas: readonly Meta[]): string | null =>
  contentsOf(metas, 'referrer')
    .map(referrerPolicyOfMeta)
    .findLast((policy) => policy !== null) ?? null

function policiesOf(head: Head, metas: readonly Meta[]): Pick<DocumentFact, 'policies' | 'arePoliciesWhole'> {
  const fields = (name: string, enforced: boolean) =>
    parsePolicies(valuesOf(head.fields, name)).map((policy) => ({
      policy,
      from: 'field' as const,
      enforced,
      afterScript: false,
    }))
  const found = [
    ...fields('content-security-policy', true),
    ...fields('content-security-policy-report-only', false),
    ...metas.flatMap(metaPolicy),
  ]
  const kept = found.slice(0, most.policies)
  return {
    policies: kept.map(({ policy, ...rest }) => ({ ...rest, ...policyFact(policy) })),
    arePoliciesWhole: kept.length === found.length && kept.every(({ policy }) => fits(policy)),
  }
}

/** A meta element sets a policy in the head only, and one that only reports never (CSP3 §3.3). */
function metaPolicy({ attributes, inHead, afterScript }: Meta) {
  const isPolicy = attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy'
  const policy = parsePolicy(attributes.get('content') ?? '')
  if (!isPolicy || !inHead || policy.directives.length === 0) return []
  return [{ policy, from: 'meta' as const, enforced: true, afterScript }]
}

const fits = ({ directives }: Policy) =>
  directives.length <= most.directives &&
  directives.every(
    ({ name, values }) => values.length <= most.sources && [name, ...values].every((word) => word.length <= most.word),
  )

const policyFact = ({ directives, repeated }: Policy): Pick<PolicyFact, 'directives' | 'repeated'> => ({
  directives: directives.slice(0, most.directives).map(({ name, values }) => ({
    name: foreignText(name, most.word),
    values: values.slice(0, most.sources).map((value) => foreignText(value, most.word)),
  })),
  repeated: repeated.slice(0, most.directives).map((name) => foreignText(name, most.word)),
})
