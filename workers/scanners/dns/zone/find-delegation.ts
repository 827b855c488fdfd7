import { type Answer, domainName, isTold } from '../query/answer.ts'
import type { Asker, NameServerAddress } from '../query/ask.ts'
import type { ResourceRecord } from '../query/wire.ts'
import { addressesIn, type Glue, nameServersIn } from './ask-name-servers.ts'
import { findZone, isWithin, parentOf } from './find-zone.ts'

/** What a parent zone says of a zone below it. */
export interface Delegation {
  readonly zone: string
  readonly names: readonly string[]
  readonly glue: Glue
}

const maxParentServers = 3

/**
 * For a zone that the resolvers cannot reach at all: its delegation, from the servers of the zone above `at`.
 * Null where these cannot tell, or know of none.
 */
export async function findDelegation(name: string, at: string, asker: Asker): Promise<Delegation | null> {
  const above = await zoneAbove(at, asker)
  if (above === null) return null
  for (const server of await serversOf(above, asker)) {
    const answer = await asker.askServer(server, { name, type: 'NS' })
    if (answer.status === 'referral') return readReferral(answer, name, above)
    if (isTold(answer)) return null
  }
  return null
}

/** The nearest zone above that the resolvers do reach. */
async function zoneAbove(at: string, asker: Asker): Promise<string | null> {
  for (let parent = parentOf(at); parent !== null; parent = parentOf(parent)) {
    const { zone } = await findZone(parent, asker)
    if (zone !== null) return zone
  }
  return null
}

async function serversOf(zone: string, asker: Asker): Promise<NameServerAddress[]> {
  const names = nameServersIn((await asker.lookUp(zone, 'NS')).records).slice(0, maxParentServers)
  const found = await Promise.all(
    names.map(async (name) =>
      addressesIn((await asker.lookUp(name, 'A')).records).map((address) => ({ name, address })),
    ),
  )
  return found.flat().slice(0, maxParentServers)
}

function readReferral({ authorities, additionals }: Answer, name: string, above: string): Delegation | null {
  const owner = authorities.find(({ type }) => type === 'NS')?.name
  const zone = owner === undefined ? above : domainName(owner)
  // Only a step down towards the name is a delegation; one sideways or up is what a lame server says.
  if (zone === above || !isWithin(zone, above) || !isWithin(name, zone)) return null
  const names = nameServersIn(authorities.filter((record) => domainName(record.name) === zone))
  return { zone, names, glue: new Map(names.map((name) => [name, addressesOf(name, additionals)])) }
}

const addressesOf = (name: string, records: readonly ResourceRecord[]) =>
  addressesIn(records.filter((record) => domainName(record.name) === name))
