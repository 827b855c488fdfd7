import { isTold, whyNot } from '../query/answer.ts'
import type { Asker } from '../query/ask.ts'
import { askNameServers, type NameServer, nameServersIn } from './ask-name-servers.ts'
import type { Delegation } from './find-delegation.ts'

export interface NameServers {
  /** Who names them: the zone itself, or its parent where the resolvers cannot reach the zone. */
  readonly from: 'zone' | 'delegation' | 'unknown'
  /** Why the zone itself could not tell. */
  readonly reason: string | null
  readonly total: number
  readonly servers: NameServer[]
}

export const unknownNameServers = (reason: string): NameServers => ({ from: 'unknown', reason, total: 0, servers: [] })

/** A zone's name servers as its NS records list them, and what each says. */
export async function examineNameServers(zone: string, asker: Asker): Promise<NameServers> {
  const answer = await asker.lookUp(zone, 'NS')
  if (!isTold(answer)) return unknownNameServers(whyNot(answer))
  const names = nameServersIn(answer.records)
  return { from: 'zone', reason: null, total: names.length, servers: await askNameServers(zone, names, asker) }
}

/** The same for servers that only the parent names; `reason` says why. */
export async function examineDelegation({ zone, names, glue }: Delegation, reason: string, asker: Asker) {
  const servers = await askNameServers(zone, names, asker, glue)
  return { from: 'delegation' as const, reason, total: names.length, servers }
}
