import { type NetworkDoor, type TlsVersion, tlsVersions } from '#workers/network/door.ts'
import { type Answer, attemptMillis, breaksOff, type Endpoint, type NoTls, shakeHands } from './shake-hands.ts'

/** One version, and how it was answered in the end. */
export interface Offer {
  readonly version: TlsVersion
  readonly answer: Answer
}

/** Everything that was offered to one address. */
export interface Asked {
  readonly address: string
  readonly offers: readonly Offer[]
  /** What ended the asking before every version was offered; null where nothing did. */
  readonly stoppedBy: NoTls | null
  /** True where a version that was accepted before was accepted again after the server had broken off at another. */
  readonly isSteady: boolean
}

/** The newest first: most servers speak it, so one handshake shows what most are. */
export const offeredVersions: readonly TlsVersion[] = tlsVersions.toReversed()

const maxTries = 3

/** How often what may be chance is tried: a packet that was lost, a server that was busy. A real answer needs no second one. */
const triesFor = (answer: Answer) =>
  breaksOff(answer) ? maxTries : answer.kind === 'silent' || answer.kind === 'filtered' ? 2 : 1

/** Every version, and once more one that was accepted. */
export const longestAddressMillis = (starttls: Endpoint['starttls']) =>
  (offeredVersions.length + 1) * maxTries * attemptMillis(starttls)

/** Offers each version apart, one connection at a time; `onOffer` is called after each version. Never throws. */
export async function askAddress(network: NetworkDoor, endpoint: Endpoint, onOffer: () => void): Promise<Asked> {
  const { address } = endpoint
  const first: Offer[] = []
  for (const version of offeredVersions) {
    const answer = await dial(network, endpoint, version)
    onOffer()
    // Once TLS was spoken, no TLS is an answer about the version; but our own side's no is one about none.
    if (isNoTls(answer) && (first.length === 0 || answer.kind === 'not-asked')) {
      return { address, offers: first, stoppedBy: answer, isSteady: false }
    }
    first.push({ version, answer })
  }
  // What answers nothing at all has been asked often enough.
  const isMute = first.every(({ answer }) => answer.kind === 'silent' || answer.kind === 'closed')
  if (isMute) return { address, offers: first, stoppedBy: null, isSteady: false }

  const offers: Offer[] = []
  for (const { version, answer } of first) {
    offers.push({ version, answer: await repeat(network, endpoint, version, answer) })
  }
  return { address, offers, stoppedBy: null, isSteady: await isSteady(network, endpoint, offers) }
}

const noTls: readonly Answer['kind'][] = [
  'refused',
  'filtered',
  'unreachable',
  'not-allowed',
  'not-asked',
  'starttls-not-offered',
  'starttls-failed',
] satisfies NoTls['kind'][]

const isNoTls = (answer: Answer): answer is NoTls => noTls.includes(answer.kind)

/** Offers a version; a first packet that is lost makes no dark port. */
async function dial(network: NetworkDoor, endpoint: Endpoint, version: TlsVersion): Promise<Answer> {
  const answer = await shakeHands(network, endpoint, version)
  return answer.kind === 'filtered' ? repeat(network, endpoint, version, answer) : answer
}

/** Offers a version again for as long as the answer may be chance; the last answer counts. */
async function repeat(network: NetworkDoor, endpoint: Endpoint, version: TlsVersion, first: Answer): Promise<Answer> {
  let answer = first
  for (let tries = 1; tries < triesFor(answer); tries++) {
    const again = await shakeHands(network, endpoint, version)
    if (again.kind === 'not-asked') break // The run is over; what was seen before stands.
    answer = again
  }
  return answer
}

/** A server that has had enough of us breaks off too: only while it still takes what it took before does that say something of the version. */
async function isSteady(network: NetworkDoor, endpoint: Endpoint, offers: readonly Offer[]): Promise<boolean> {
  const accepted = offers.find(({ answer }) => answer.kind === 'established')
  if (accepted === undefined || !offers.some(({ answer }) => breaksOff(answer))) return false
  const control = await shakeHands(network, endpoint, accepted.version)
  return (await repeat(network, endpoint, accepted.version, control)).kind === 'established'
}
