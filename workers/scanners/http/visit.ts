import { NotAllowed, type NetworkDoor } from '#workers/network/door.ts'
import { type Asked, ask, limits, type Patience, type Received } from './ask.ts'
import { responseFact, shownUrl } from './facts.ts'
import type { Ledger } from './ledger.ts'
import { hostOf, portOf } from './location.ts'
import { codingsOf } from './message/body.ts'
import { decodeContent, type Decoded } from './message/decode.ts'
import type { Head } from './message/head.ts'
import type { FailureFact, Hop } from './schema.ts'

/** Addresses of one host that are tried until one takes the connection. */
const mostAddresses = 4

/** The addresses of a host, in the order in which they are tried, or why there are none. */
export interface Resolved {
  readonly addresses: readonly string[]
  readonly reason: string
}

export interface VisitContext extends Patience {
  readonly network: NetworkDoor
  /** @throws NotAllowed */
  readonly addressesOf: (host: string) => Promise<Resolved>
  readonly ledger: Ledger
  readonly signal: AbortSignal
  readonly now: Date
}

/** A response with what it holds, beyond what is kept of it. */
export interface Seen {
  readonly url: URL
  readonly address: string
  readonly head: Head
  /** With its content coding undone; empty where it could not be, or was not waited for. */
  readonly body: Buffer
  /** Whether all of the body was seen. */
  readonly isWhole: boolean
}

export interface Visit {
  readonly hop: Hop
  /** Null where no response came. */
  readonly seen: Seen | null
}

/** Asks for one URL at the first address of its host that takes a connection. */
export async function visit(url: URL, cookies: string, context: VisitContext): Promise<Visit> {
  const hop = { url: shownUrl(url), address: null, tried: [], tls: null, response: null, failure: null, redirect: null }
  const { addresses, failure } = await resolve(hostOf(url), context)
  if (failure) {
    context.ledger.leftOut(`GET ${hop.url}`, failure.detail)
    return { hop: { ...hop, failure }, seen: null }
  }

  const { address, asked, tried } = await askInTurn(url, addresses.slice(0, mostAddresses), cookies, context)
  for (const other of addresses.slice(tried.length + 1)) {
    context.ledger.leftOut(placeOf(url, other), 'another-address-was-asked')
  }
  const { tls, received } = asked
  if (!received) return { hop: { ...hop, address, tried, tls, failure: asked.failure }, seen: null }
  const decoded = await decodeContent(codingsOf(received.head), received.body, limits.bodyOctets)
  const response = responseFact(url, received, decoded, context.now)
  return { hop: { ...hop, address, tried, tls, response }, seen: seenOf(url, address, received, decoded) }
}

async function resolve(
  host: string,
  { addressesOf }: VisitContext,
): Promise<{ addresses: readonly [string, ...string[]]; failure: null } | { addresses: null; failure: FailureFact }> {
  try {
    const { addresses, reason } = await addressesOf(host)
    const [first, ...others] = addresses
    if (first === undefined) return { addresses: null, failure: { outcome: 'unresolved', detail: reason } }
    return { addresses: [first, ...others], failure: null }
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error
    return { addresses: null, failure: { outcome: 'not-allowed', detail: error.rule } }
  }
}

async function askInTurn(url: URL, addresses: readonly string[], cookies: string, context: VisitContext) {
  const tried: Hop['tried'] = []
  for (const address of addresses) {
    const asked = await askOnce(url, address, cookies, context)
    const isLast = tried.length + 1 === addresses.length
    if (!asked.failure || isLast || !isUnconnected(asked.failure)) return { address, asked, tried }
    tried.push({ address, failure: asked.failure })
  }
  throw new Error('a host without an address is asked nothing')
}

/** Only where nothing was said yet may another address stand in for this one. */
const isUnconnected = ({ outcome, detail }: FailureFact) =>
  outcome === 'refused' ||
  outcome === 'unreachable' ||
  (outcome === 'timeout' && detail === 'no-connection') ||
  (outcome === 'not-asked' && detail !== 'ECANCELED')

const placeOf = (url: URL, address: string) => `${hostOf(url)} port ${portOf(url)} at ${address}`

async function askOnce(url: URL, address: string, cookies: string, context: VisitContext): Promise<Asked> {
  const { ledger, network, signal, timeoutMillis, until } = context
  const what = `GET ${shownUrl(url)} at ${address}`
  // A wait that is cut short proves nothing of the other side.
  if (until - performance.now() < Math.min(timeoutMillis, 1000)) {
    ledger.leftOut(what, 'walk-time-over')
    return { tls: null, received: null, failure: { outcome: 'not-asked', detail: 'walk-time-over' } }
  }
  ledger.asks(placeOf(url, address))
  const asked = await ask(url, address, cookies, network, context)
  if (!asked.failure) ledger.answered()
  else if (signal.aborted) ledger.leftOut(what, 'deadline')
  else if (asked.failure.outcome === 'not-asked' || asked.failure.outcome === 'not-allowed') {
    ledger.leftOut(what, asked.failure.detail)
  } else ledger.unanswered(what, asked.failure.outcome)
  return asked
}

function seenOf(url: URL, address: string, { head, bodyEnd }: Received, { bytes, end }: Decoded): Seen {
  const isWhole = (bodyEnd === 'complete' || bodyEnd === 'none') && end === 'complete'
  return { url, address, head, body: bytes, isWhole }
}
