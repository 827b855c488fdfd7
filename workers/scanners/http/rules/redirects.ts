import type { Rule } from '../../scanner.ts'
import { hostOf, originOf } from '../location.ts'
import type { Hop, HttpResult, Walk } from '../schema.ts'
import { type Answer, observe, Unknown } from './answer.ts'

type HttpRule = Rule<HttpResult>

/** A rule on what becomes of a visitor who begins with http://HOST/. A port that refuses serves nobody in the clear. */
const ofUpgrade =
  (judge: (walk: Walk, host: string) => Answer): HttpRule['check'] =>
  ({ host, walks: { http } }) => {
    const [first] = http.hops
    const failure = first?.failure
    const answer = !failure
      ? judge(http, host)
      : failure.outcome === 'refused'
        ? false
        : new Unknown(`http-${failure.outcome}`)
    return observe({ subject: originOf(http.start), address: first?.address ?? null }, answer)
  }

/** A rule on the redirects of each walk. What was not seen because the walk broke off is not known. */
const ofWalks =
  (judge: (walk: Walk) => Answer): HttpRule['check'] =>
  ({ walks }) =>
    [walks.http, walks.https].flatMap((walk) => {
      const [first] = walk.hops
      if (!first || first.failure?.outcome === 'refused') return []
      const seen = judge(walk)
      const failure = walk.hops.at(-1)?.failure
      const answer = seen === false && failure ? new Unknown(failure.outcome) : seen
      return observe({ subject: originOf(walk.start), address: first.address }, answer)
    })

const isPlain = ({ url }: Hop) => url.startsWith('http:')
const leadsToHttps = ({ redirect }: Hop) => redirect?.target?.startsWith('https:') ?? false

/** The redirect that takes the walk from http to https first; null where none does, Unknown where it broke off before. */
function upgradeOf({ hops }: Walk): { readonly hop: Hop; readonly index: number } | Unknown | null {
  const index = hops.findIndex((hop) => isPlain(hop) && leadsToHttps(hop))
  const hop = hops[index]
  if (hop) return { hop, index }
  const failure = hops.at(-1)?.failure
  return failure ? new Unknown(`http-${failure.outcome}`) : null
}

const ofUpgradingHop = (judge: (hop: Hop, index: number, host: string) => Answer) =>
  ofUpgrade((walk, host) => {
    const upgrade = upgradeOf(walk)
    if (upgrade === null) return false
    return upgrade instanceof Unknown ? upgrade : judge(upgrade.hop, upgrade.index, host)
  })

function servesPlain(walk: Walk): Answer {
  const last = walk.hops.at(-1)
  if (!last || !isPlain(last)) return false
  if (!last.response) return new Unknown(`http-${walk.outcome}`)
  const { status, mediaType } = last.response
  const evidence = { url: last.url, status }
  const lead = last.redirect?.lead
  if (lead === 'no-location' || lead === 'bad-location') return evidence
  if (lead === 'off-site') return false
  if (lead !== undefined) return walk.hops.some(leadsToHttps) ? false : new Unknown(`http-${walk.outcome}`)
  // An error that is no page may stand for a port that serves nothing: other addresses would tell.
  const isPage = mediaType === 'text/html' || mediaType === 'application/xhtml+xml'
  return status < 400 || status === 401 || isPage ? evidence : new Unknown('error-without-page')
}

const redirectsOf = ({ hops }: Walk) =>
  hops.filter(({ redirect }) => redirect?.lead === 'followed' || redirect?.lead === 'limit')

const leading = (walk: Walk, lead: NonNullable<Hop['redirect']>['lead']): Answer => {
  const hop = walk.hops.find(({ redirect }) => redirect?.lead === lead)
  return hop?.redirect ? { url: hop.url, location: hop.redirect.location } : false
}

export const redirectRules: readonly HttpRule[] = [
  {
    id: 'http/no-https-redirect',
    title: 'Plain HTTP is answered without leading to HTTPS',
    severity: 'medium',
    remedy: 'Answer every request on the http port with 301 or 308 to the same address with https.',
    reference: 'RFC 6797 §7.2',
    check: ofUpgrade(servesPlain),
  },
  {
    id: 'http/https-redirect-temporary',
    title: 'The redirect from HTTP to HTTPS is temporary',
    severity: 'info',
    remedy: 'Use 301 or 308, so that browsers and search engines keep it.',
    reference: 'RFC 9110 §15.4',
    check: ofUpgradingHop(({ response }) => {
      const status = response?.status ?? 0
      return [302, 303, 307].includes(status) && { status }
    }),
  },
  {
    id: 'http/https-redirect-other-host',
    title: 'HTTP leads to HTTPS on another name first',
    severity: 'low',
    remedy:
      'Redirect to https on the same name, and only then to the other one: the first name never gets its HSTS policy otherwise.',
    reference: 'RFC 6797 §7.2, §8.1',
    check: ofUpgradingHop(({ redirect }, _index, host) => {
      const target = URL.parse(redirect?.target ?? '')
      return target !== null && hostOf(target) !== host && { location: target.href }
    }),
  },
  {
    id: 'http/https-redirect-delayed',
    title: 'More than one plain HTTP address comes before HTTPS',
    severity: 'low',
    remedy: 'Redirect from the first plain address to https directly.',
    reference: 'RFC 6797 §7.2',
    check: ofUpgradingHop((hop, index) => index > 0 && { url: hop.url, plainRequests: index + 1 }),
  },
  {
    id: 'http/redirect-downgrade',
    title: 'An HTTPS answer redirects to plain HTTP',
    severity: 'high',
    remedy: 'Redirect to https addresses only.',
    reference: 'RFC 9110 §15.4; RFC 6797 §7.2',
    check: ofWalks(({ hops }) => {
      const hop = hops.find((hop) => !isPlain(hop) && hop.redirect?.target?.startsWith('http:'))
      return hop?.redirect ? { url: hop.url, location: hop.redirect.location } : false
    }),
  },
  {
    id: 'http/redirect-loop',
    title: 'The redirects lead around in a circle',
    severity: 'medium',
    remedy: 'Find the rule that sends visitors back; often two servers each take the other for the right one.',
    reference: 'RFC 9110 §15.4',
    check: ofWalks((walk) => leading(walk, 'loop')),
  },
  {
    id: 'http/redirect-chain-long',
    title: 'More than five redirects come before the page',
    severity: 'low',
    remedy: 'Redirect to the final address at once.',
    reference: 'Fetch, HTTP-redirect fetch',
    check: ofWalks((walk) => {
      if (walk.outcome === 'loop') return null
      const { length } = redirectsOf(walk)
      return length > 5 && { redirects: length }
    }),
  },
  {
    id: 'http/redirect-no-location',
    title: 'A redirect does not say where to',
    severity: 'medium',
    remedy: 'Send a Location with every 301, 302, 303, 307 and 308.',
    reference: 'RFC 9110 §10.2.2, §15.4',
    check: ofWalks((walk) => leading(walk, 'no-location')),
  },
  {
    id: 'http/redirect-bad-location',
    title: 'A redirect leads to no web address',
    severity: 'medium',
    remedy: 'Send one Location that is a valid http or https address.',
    reference: 'RFC 9110 §10.2.2; RFC 3986',
    check: ofWalks((walk) => leading(walk, 'bad-location')),
  },
  {
    id: 'http/redirect-off-site',
    title: 'The redirects lead to another site',
    severity: 'info',
    remedy: 'Nothing, if it is meant; what is there was not asked.',
    reference: 'RFC 9110 §15.4',
    check: ofWalks((walk) => leading(walk, 'off-site')),
  },
]
