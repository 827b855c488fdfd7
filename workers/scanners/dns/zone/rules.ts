import type { Observation } from '#db/model/finding.ts'
import type { Rule } from '../../scanner.ts'
import type { DnsResult, NameServerResult } from '../schema.ts'

export const nameServerRules: readonly Rule<DnsResult>[] = [
  {
    id: 'dns/single-name-server',
    title: 'The zone hangs on one name server',
    severity: 'medium',
    remedy: 'Add a second name server on another machine and network, at the registrar and in the zone.',
    reference: 'RFC 1034 §4.1; RFC 2182 §5',
    check: ({ name, zone, nameServers }) =>
      nameServers === null ? [] : [{ subject: zone ?? name, address: null, ...judgeNumber(nameServers) }],
  },
  {
    id: 'dns/name-server-lame',
    title: 'A name server does not serve the zone',
    severity: 'medium',
    remedy: 'Set the zone up on that server, or take the server out of the NS records here and at the parent.',
    reference: 'RFC 1912 §2.8; RFC 9499 §7',
    check: ({ nameServers }) => (nameServers?.servers ?? []).flatMap(judgeServer),
  },
]

type Judged = Pick<Observation, 'verdict' | 'reason' | 'evidence'>

function judgeNumber({ from, reason, total, servers }: NonNullable<DnsResult['nameServers']>): Judged {
  if (from === 'unknown') return { verdict: 'unknown', reason: reason ?? 'unknown' }
  const evidence = {
    nameServers: servers.map(({ name }) => name),
    addresses: [...new Set(servers.flatMap(({ addresses }) => addresses.map(({ address }) => address)))],
  }
  if (total < 2) return { verdict: 'present', evidence }
  // Several names for the same addresses are one server.
  const places = new Set(
    servers.map(({ addresses }) => addresses.map(({ address }) => address).join(' ')).filter((place) => place !== ''),
  )
  if (places.size > 1) return { verdict: 'absent' }
  const untold = servers.flatMap(whyUnresolved)[0]
  return untold === undefined ? { verdict: 'present', evidence } : { verdict: 'unknown', reason: untold }
}

/** Why not all addresses of a name server are known. */
const whyUnresolved = ({ a, aaaa }: NameServerResult) =>
  [a, aaaa]
    .filter((status) => status !== 'NOERROR' && status !== 'NODATA' && status !== 'NXDOMAIN')
    .map((status) => status.toLowerCase())

function judgeServer(server: NameServerResult): Observation[] {
  const subject = server.name
  if (server.addresses.length === 0) {
    const [untold] = whyUnresolved(server)
    return untold === undefined
      ? [{ subject, address: null, verdict: 'present', evidence: { A: server.a, AAAA: server.aaaa } }]
      : [{ subject, address: null, verdict: 'unknown', reason: untold }]
  }
  return server.addresses.flatMap(({ address, state, reason, soa }): Observation | [] => {
    const asked = { subject, address }
    if (state === 'not-asked') return []
    if (state === 'authoritative') return { ...asked, verdict: 'absent' }
    if (state === 'lame') return { ...asked, verdict: 'present', evidence: { SOA: soa, reason } }
    return { ...asked, verdict: 'unknown', reason: state === 'silent' ? 'no-answer' : (reason ?? state) }
  })
}
