import { cookiesOf, shownLocation, shownUrl } from './facts.ts'
import { CookieJar } from './jar.ts'
import { isRedirect, leadOf } from './location.ts'
import { valuesOf } from './message/fields.ts'
import type { Hop, RedirectFact, Walk } from './schema.ts'
import { type Seen, visit, type VisitContext } from './visit.ts'

export interface WalkContext extends VisitContext {
  /** The host that was asked for; the walk stays on it and on the names below it. */
  readonly host: string
  readonly maxRedirects: number
}

export interface Walked {
  readonly walk: Walk
  /** The response that it ends in; null where it ends in none, or in a redirect. */
  readonly last: Seen | null
}

/** GETs a URL and follows its redirects as a browser does, cookies included. Never throws for what the other side does. */
export async function walkFrom(start: URL, context: WalkContext): Promise<Walked> {
  const jar = new CookieJar()
  const hops: Hop[] = []
  const requests = new Set<string>()
  const ended = (outcome: Walk['outcome'], last: Seen | null = null): Walked => ({
    walk: { start: shownUrl(start), outcome, hops },
    last,
  })

  for (let url = start; ; ) {
    const cookies = jar.headerFor(url)
    requests.add(requestKey(url, cookies))
    const { hop, seen } = await visit(url, cookies, context)
    if (!seen) {
      hops.push(hop)
      return ended(hop.failure?.outcome ?? 'closed')
    }
    jar.store(url, cookiesOf(seen.head), context.now)
    if (!isRedirect(seen.head.status)) {
      hops.push(hop)
      return ended('ok', seen)
    }

    const { location, target, lead } = leadOf(valuesOf(seen.head.fields, 'location'), url, context.host)
    const isLoop = target !== null && requests.has(requestKey(target, jar.headerFor(target)))
    const isLimit = hops.length === context.maxRedirects
    const taken = lead !== 'follow' ? lead : isLoop ? 'loop' : isLimit ? limitOrLoop(target, hops) : 'followed'
    hops.push({
      ...hop,
      redirect: { location: shownLocation(location), target: target && shownUrl(target), lead: taken },
    })
    if (taken === 'followed' && target) {
      url = target
      continue
    }
    if (target && taken !== 'loop') context.ledger.leftOut(`GET ${shownUrl(target)}`, taken)
    return ended(taken === 'loop' || taken === 'limit' ? taken : 'redirect')
  }
}

/** The same address with the same cookies is asked the same, so the answer leads around again. */
const requestKey = (url: URL, cookies: string) => `${url.href}\n${cookies}`

/** Cookies that never settle make a loop in which no two requests are alike. */
const limitOrLoop = (target: URL | null, hops: readonly Hop[]): RedirectFact['lead'] =>
  target && hops.some(({ url }) => url === shownUrl(target)) ? 'loop' : 'limit'
