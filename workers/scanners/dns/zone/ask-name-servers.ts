import { canonicalAddress, compareAddresses } from '#db/model/address.ts'
import { type Answer, type AnswerStatus, domainName, isSilence, isTold, notAsked, whyNot } from '../query/answer.ts'
import type { Asker } from '../query/ask.ts'
import type { ResourceRecord } from '../query/wire.ts'

/**
 * `lame` answers, but not for this zone of its own (RFC 9499 §7); `silent` gave no answer, `unclear` one that cannot be
 * read, `not-asked` was left alone.
 */
export const serverStates = ['authoritative', 'lame', 'silent', 'unclear', 'not-asked'] as const
export type ServerState = (typeof serverStates)[number]

export interface ServerAtAddress {
  readonly address: string
  readonly state: ServerState
  /** Why it was not asked, or how it failed; null where it is authoritative. */
  readonly reason: string | null
  readonly soa: AnswerStatus
  readonly ns: AnswerStatus
  readonly serial: number | null
  /** The zone's name servers as this one lists them. */
  readonly names: string[]
}

export interface NameServer {
  readonly name: string
  readonly a: AnswerStatus
  readonly aaaa: AnswerStatus
  readonly addresses: ServerAtAddress[]
}

/** Addresses that the parent's servers gave along with a delegation. */
export type Glue = ReadonlyMap<string, readonly string[]>

export const maxNameServers = 16
export const maxAddressesEach = 4

/** Asks each of a zone's name servers, at each of its addresses, for the zone's SOA and NS records. */
export async function askNameServers(
  zone: string,
  names: readonly string[],
  asker: Asker,
  glue: Glue = new Map(),
): Promise<NameServer[]> {
  for (const name of names.slice(maxNameServers)) asker.leaveOut(`name server ${name}`, 'too-many')
  return Promise.all(names.slice(0, maxNameServers).map((name) => askNameServer(zone, name, asker, glue)))
}

async function askNameServer(zone: string, name: string, asker: Asker, glue: Glue): Promise<NameServer> {
  const [a, aaaa] = await Promise.all([asker.lookUp(name, 'A'), asker.lookUp(name, 'AAAA')])
  const found = [...addressesIn(a.records), ...addressesIn(aaaa.records)]
  const addresses = found.length > 0 || (isTold(a) && isTold(aaaa)) ? found : (glue.get(name) ?? [])
  for (const address of addresses.slice(maxAddressesEach))
    asker.leaveOut(`name server ${name} at ${address}`, 'too-many')
  const asked = await Promise.all(
    addresses.slice(0, maxAddressesEach).map((address) => askAddress(zone, { name, address }, asker)),
  )
  return { name, a: a.status, aaaa: aaaa.status, addresses: asked }
}

async function askAddress(zone: string, server: { name: string; address: string }, asker: Asker) {
  const soa = await asker.askServer(server, { name: zone, type: 'SOA' })
  // One that is silent or may not be asked would be asked in vain, and slowly.
  const isOver = isSilence(soa) || soa.status === 'not-asked'
  const ns = isOver ? notAsked('no-answer-before') : await asker.askServer(server, { name: zone, type: 'NS' })
  if (isSilence(soa)) asker.leaveOut(`${zone} NS at ${server.name} (${server.address})`, 'no-answer-before')
  return { address: server.address, ...judgeServer(zone, soa), soa: soa.status, ns: ns.status, ...factsOf(soa, ns) }
}

function judgeServer(zone: string, soa: Answer): { state: ServerState; reason: string | null } {
  if (soa.status === 'not-asked') return { state: 'not-asked', reason: whyNot(soa) }
  if (isSilence(soa)) return { state: 'silent', reason: whyNot(soa) }
  if (soa.status === 'malformed' || soa.status === 'truncated') return { state: 'unclear', reason: whyNot(soa) }
  if (soa.status !== 'NOERROR') return { state: 'lame', reason: whyNot(soa) }
  const isOwn = soa.authoritative && soa.records.some(({ name }) => domainName(name) === zone)
  return isOwn ? { state: 'authoritative', reason: null } : { state: 'lame', reason: 'not-authoritative' }
}

const factsOf = (soa: Answer, ns: Answer) => ({
  serial: soa.records.flatMap((record) => (record.type === 'SOA' ? [record.data.serial ?? 0] : []))[0] ?? null,
  names: nameServersIn(ns.records),
})

export const nameServersIn = (records: readonly ResourceRecord[]) =>
  unique(records.flatMap((record) => (record.type === 'NS' ? [domainName(record.data)] : []))).sort()

export const addressesIn = (records: readonly ResourceRecord[]) =>
  unique(
    records.flatMap((record) =>
      record.type === 'A' || record.type === 'AAAA' ? (canonicalAddress(record.data) ?? []) : [],
    ),
  ).sort(compareAddresses)

const unique = (texts: readonly string[]) => [...new Set(texts)]
