import { compareAddresses } from '#db/model/address.ts'
import { isTold, whyNot } from '../query/answer.ts'
import type { Asker } from '../query/ask.ts'
import { addressesIn, type NameServer } from './ask-name-servers.ts'
import type { NameServers } from './examine-name-servers.ts'

/** Every address that a zone's own servers give for a name; null, with the reason, where one of them could not tell. */
export interface HostAddresses {
  readonly addresses: string[] | null
  readonly reason: string | null
}

export const maxHostAddresses = 256
const untold = (reason: string): HostAddresses => ({ addresses: null, reason })

/**
 * Asks each of the zone's servers for A and AAAA, so that it can be said that an address is given by none of them (RFC 1034 §4.3.2). What leads elsewhere (CNAME) is not followed: another zone's
 * servers would have to be asked. Servers that do not serve the zone say nothing about it; a silent one might.
 */
export async function askForHost(name: string, nameServers: NameServers, asker: Asker): Promise<HostAddresses> {
  if (nameServers.from !== 'zone') return untold(nameServers.reason ?? 'no-name-servers')
  if (nameServers.total > nameServers.servers.length) return untold('too-many')
  const told = await Promise.all(nameServers.servers.map((server) => askOne(name, server, asker)))
  const silent = told.find(({ reason }) => reason !== null)
  if (silent) return silent
  const given = told.flatMap(({ addresses }) => addresses ?? [])
  if (told.every(({ addresses }) => addresses === null)) return untold('no-authoritative-server')
  const addresses = [...new Set(given)].sort(compareAddresses)
  return addresses.length > maxHostAddresses ? untold('too-many') : { addresses, reason: null }
}

/** One server, which is the same at all of its addresses: one that answers is enough, and no two may differ in whether they tell. Both null where it does not serve the zone. */
async function askOne(name: string, server: NameServer, asker: Asker): Promise<HostAddresses> {
  const serving = server.addresses.filter(({ state }) => state === 'authoritative')
  if (serving.length === 0)
    return servesNothing(server) ? { addresses: null, reason: null } : untold('name-server-silent')
  const answers = await Promise.all(
    serving.flatMap(({ address }) =>
      (['A', 'AAAA'] as const).map((type) => asker.askServer({ name: server.name, address }, { name, type })),
    ),
  )
  const vague = answers.find((answer) => !isTold(answer) || !answer.authoritative)
  if (vague) return untold(isTold(vague) ? 'not-authoritative' : whyNot(vague))
  if (answers.some(({ aliases }) => aliases.length > 0)) return untold('alias')
  return { addresses: addressesIn(answers.flatMap(({ records }) => records)), reason: null }
}

const servesNothing = ({ addresses, a, aaaa }: NameServer) =>
  addresses.length > 0
    ? addresses.every(({ state }) => state === 'lame')
    : [a, aaaa].every((status) => isTold({ status }))
