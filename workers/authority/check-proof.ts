import { isIP } from 'node:net'
import { addressBits, familyOf, hostPort } from '#db/model/address.ts'
import type { ProofCheck, ProofRow } from '#db/queries/proofs.ts'
import { NotAllowed, type NetworkDoor } from '#workers/network/door.ts'
import { askRecords } from '#workers/network/resolve.ts'

/** The part of a door that checks use. */
export type CheckDoor = Pick<NetworkDoor, 'operator' | 'exchange' | 'connect' | 'fetch' | 'resolve'>

export const challengeLabel = '_portlight-challenge'
export const optOutLabel = '_portlight-optout'
export const proofPath = (token: string) => `/.well-known/portlight/${token}`

const holds: ProofCheck = { status: 'holds', reason: null }
const fails = (reason: string): ProofCheck => ({ status: 'fails', reason })
/** Nothing was learnt: not even that it is gone. */
const unknown = (reason: string): ProofCheck => ({ status: 'unknown', reason })

/** Looks whether a proof stands where its owner was to publish it. Never throws for what the world does. */
export function checkProof(
  door: CheckDoor,
  {
    kind,
    canonical,
    targetKind,
    token,
    coversSubdomains,
  }: Pick<ProofRow, 'kind' | 'canonical' | 'targetKind' | 'token' | 'coversSubdomains'>,
  isVerifiedName: (name: string) => Promise<boolean>,
): Promise<ProofCheck> {
  if (kind === 'dns-txt') return checkTxt(door, canonical, token, coversSubdomains)
  if (kind === 'http-file')
    return targetKind === 'address' ? checkFileAt(door, canonical, token) : checkFile(door, canonical, token)
  return checkPtr(door, canonical, isVerifiedName).then(({ check }) => check)
}

/** A TXT record at `_portlight-optout` says that whoever holds the token owns the name. */
export const checkOptOut = (door: CheckDoor, name: string, token: string): Promise<ProofCheck> =>
  checkTxtAt(door, `${optOutLabel}.${name}`, token, false)

/** A TXT record of the name's own zone says `token=…`, and `covers=subdomains` where more than the name is to be proved. */
const checkTxt = (door: CheckDoor, name: string, token: string, covers: boolean): Promise<ProofCheck> =>
  checkTxtAt(door, `${challengeLabel}.${name}`, token, covers)

async function checkTxtAt(door: CheckDoor, owner: string, token: string, covers: boolean): Promise<ProofCheck> {
  const { answer, values } = await askRecords(owner, 'TXT', door.operator.resolvers, door)
  if (answer === 'NXDOMAIN' || answer === 'NODATA') return fails('no-record')
  if (answer !== 'NOERROR') return unknown(`resolver-${answer.toLowerCase()}`)
  const words = values.map((text) => text.trim().split(/[\s;]+/))
  const ours = words.filter((said) => said.includes(`token=${token}`))
  if (ours.length === 0) return fails('another-token')
  return !covers || ours.some((said) => said.includes('covers=subdomains')) ? holds : fails('does-not-cover-subdomains')
}

const fetchOptions = { timeoutMillis: 10_000, maxBytes: 1024, httpsOnly: false } as const

/** The file under the name, by https or http; redirects would let a stranger's redirector speak for the host. */
async function checkFile(door: CheckDoor, name: string, token: string): Promise<ProofCheck> {
  const overTls = await checkUrl(door, `https://${name}${proofPath(token)}`, token)
  return overTls.status === 'holds' ? overTls : checkUrl(door, `http://${name}${proofPath(token)}`, token)
}

/** The file asked by the bare address, so that what answers is the address' own and not a name's behind it. */
export const checkFileAt = (door: CheckDoor, address: string, token: string): Promise<ProofCheck> =>
  checkUrl(door, `http://${hostPort(address, 80).replace(/:80$/, '')}${proofPath(token)}`, token)

async function checkUrl(door: CheckDoor, url: string, token: string): Promise<ProofCheck> {
  const outcome = await door.fetch(url, { ...fetchOptions, maxRedirects: 0 })
  if (outcome.status === 'not-allowed') return fails(outcome.rule)
  if (outcome.status === 'failed')
    return outcome.reason === 'too-many-redirects' ? fails('redirect') : unknown(outcome.reason)
  if (outcome.statusCode >= 500) return unknown(`status-${outcome.statusCode}`)
  if (outcome.statusCode !== 200) return fails(`status-${outcome.statusCode}`)
  return Buffer.from(outcome.body).toString('latin1').trim() === token ? holds : fails('another-token')
}

export interface PtrCheck {
  readonly check: ProofCheck
  /** The verified name that it leads to, and that resolves back. */
  readonly name: string | null
}

/** The address' own pointer (RFC 1035 §3.5) leads to a name that is proved, and that resolves back to it. */
export async function checkPtr(
  door: CheckDoor,
  address: string,
  isVerifiedName: (name: string) => Promise<boolean>,
): Promise<PtrCheck> {
  const { answer, values } = await askRecords(reverseName(address), 'PTR', door.operator.resolvers, door)
  if (answer === 'NXDOMAIN' || answer === 'NODATA') return { check: fails('no-record'), name: null }
  if (answer !== 'NOERROR') return { check: unknown(`resolver-${answer.toLowerCase()}`), name: null }
  // A host has a few names; a list of thousands is somebody's joke.
  for (const value of values.slice(0, 8)) {
    const name = value.toLowerCase().replace(/\.$/, '')
    if (isIP(name) !== 0 || !(await isVerifiedName(name))) continue
    if ((await addressesOf(door, name)).includes(address)) return { check: holds, name }
  }
  return { check: fails('no-verified-name'), name: null }
}

async function addressesOf(door: CheckDoor, name: string): Promise<readonly string[]> {
  try {
    return (await door.resolve(name)).addresses
  } catch (error) {
    if (error instanceof NotAllowed) return []
    throw error
  }
}

/** `10.2.0.192.in-addr.arpa`, or nibbles under `ip6.arpa` (RFC 3596 §2.5). */
export function reverseName(address: string): string {
  if (familyOf(address) === 4) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`
  const nibbles = addressBits(address).toString(16).padStart(32, '0')
  return `${Array.from(nibbles).toReversed().join('.')}.ip6.arpa`
}

/** Whether a name lies in the same zone as one above it: no zone cut between them (RFC 1034 §4.2). Null where it could not be told. */
export async function isInZoneOf(door: CheckDoor, name: string, ancestor: string): Promise<boolean | null> {
  for (let below = name; below !== ancestor; below = below.slice(below.indexOf('.') + 1)) {
    const { answer, own } = await askRecords(below, 'NS', door.operator.resolvers, door)
    if (own.length > 0) return false
    if (answer !== 'NODATA' && answer !== 'NXDOMAIN' && answer !== 'NOERROR') return null
  }
  return true
}
