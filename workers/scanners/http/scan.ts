import { hostPort } from '#db/model/address.ts'
import type { Target } from '#db/model/target.ts'
import { NotAllowed, type NetworkDoor } from '#workers/network/door.ts'
import { addressesOf, type Report, ScanFailure, type ScanContext } from '../scanner.ts'
import { documentOf } from './document.ts'
import { Ledger } from './ledger.ts'
import type { HttpOptions, HttpResult, Walk } from './schema.ts'
import type { Resolved } from './visit.ts'
import { type WalkContext, walkFrom } from './walk.ts'

/** Walks from http://HOST/ and from https://HOST/, side by side, and reads off what the answers say. */
export async function scan(target: Target, options: HttpOptions, context: ScanContext): Promise<Report<HttpResult>> {
  const { network, signal, now, progress } = context
  const host = target.canonical
  await addressesOf(target, network)

  const ledger = new Ledger(progress)
  const until = performance.now() + options.walkMillis
  const walkContext: WalkContext = {
    host,
    network,
    ledger,
    signal,
    now,
    until,
    timeoutMillis: options.timeoutMillis,
    maxRedirects: options.maxRedirects,
    addressesOf: (host) => resolveWithin(network, host, until),
  }
  const walk = async (protocol: string, port: number) => {
    const walked = await walkFrom(new URL(`${protocol}//${hostPort(host, port)}${options.path}`), walkContext)
    ledger.walkEnded()
    return walked
  }
  const [http, https] = await Promise.all([walk('http:', options.httpPort), walk('https:', options.httpsPort)])

  const walks = { http: http.walk, https: https.walk }
  const result: HttpResult = {
    host,
    isAddress: target.kind === 'address',
    walks,
    document: documentOf(http, https),
  }
  const inconclusive = signal.aborted ? null : whyNothing(walks)
  return { result, coverage: ledger.coverage, ...(inconclusive === null ? {} : { inconclusive }) }
}

async function resolveWithin(network: NetworkDoor, host: string, until: number): Promise<Resolved> {
  const timer = Promise.withResolvers<null>()
  const timeout = setTimeout(() => timer.resolve(null), Math.max(0, until - performance.now()))
  try {
    const resolution = await Promise.race([network.resolve(host), timer.promise])
    if (!resolution) return { addresses: [], reason: 'timed-out' }
    const { addresses, answers } = resolution
    return { addresses, reason: answers ? `A ${answers.A}, AAAA ${answers.AAAA}` : 'no-address' }
  } finally {
    clearTimeout(timeout)
  }
}

/**
 * Where neither port said a thing, there is nothing to judge. Null as soon as one of them did.
 * @throws ScanFailure when no connection came about, NotAllowed when none was allowed.
 */
function whyNothing({ http, https }: HttpResult['walks']): string | null {
  const failures = [http, https].map(firstFailure)
  const came = (...outcomes: string[]) => failures.filter((failure) => failure && outcomes.includes(failure.outcome))
  const silent = came('timeout')
  if (came('refused', 'unreachable', 'timeout', 'not-allowed', 'not-asked').length < 2) return null
  const said = `http: ${wordsOf(http)}; https: ${wordsOf(https)}`
  const [notAllowed, another] = came('not-allowed')
  if (notAllowed && another) throw new NotAllowed(notAllowed.detail, 'neither port may be asked')
  if (silent.some((failure) => failure?.detail !== 'no-connection')) return 'timed-out'
  if (silent.length > 0) throw new ScanFailure('timed-out', said)
  if (came('refused', 'unreachable').length > 0) throw new ScanFailure('unreachable', said)
  return 'not-asked'
}

/** Why a walk's first request got no response; null where it got one. */
const firstFailure = ({ hops }: Walk) => hops[0]?.failure ?? null

const wordsOf = (walk: Walk) => {
  const failure = firstFailure(walk)
  return failure ? `${failure.outcome} (${failure.detail})` : 'answered'
}
