import type { DnsLabOptions } from './dns.ts'
import type { LabZones } from './dns-answer.ts'

/** Where the lab's name servers stand; a name server's port is the lab's, so that nobody has to be root. */
export const resolverAddress = '127.0.0.53'
export const goodServers = ['127.0.0.61', '127.0.0.62'] as const
export const lameServer = '127.0.0.63'

export interface LabHost {
  /** The apex of its zone. */
  readonly name: string
  readonly addresses: readonly string[]
}

const family = (address: string) => (address.includes(':') ? 'AAAA' : 'A')
const hostRecords = ({ name, addresses }: LabHost) =>
  addresses.flatMap((address) => [`${name} ${family(address)} ${address}`, `www.${name} ${family(address)} ${address}`])

/** A zone without a fault: two name servers, a strict mail policy, CAA. */
export const cleanZone = (host: LabHost): LabZones => ({
  [host.name]: [
    `${host.name} SOA ns1.${host.name} hostmaster.${host.name} 2026112501`,
    `${host.name} NS ns1.${host.name}`,
    `${host.name} NS ns2.${host.name}`,
    `ns1.${host.name} A ${goodServers[0]}`,
    `ns2.${host.name} A ${goodServers[1]}`,
    ...hostRecords(host),
    `${host.name} MX 10 mail.${host.name}`,
    `mail.${host.name} A ${goodServers[0]}`,
    `${host.name} TXT v=spf1 mx -all`,
    `_dmarc.${host.name} TXT v=DMARC1; p=reject; rua=mailto:dmarc@${host.name}`,
    `${host.name} CAA 0 issue ca.${host.name}`,
  ],
})

/** A zone with faults; `plantedFindings` lists exactly what a scan of its apex has to find. */
export const plantedZone = (host: LabHost): LabZones => ({
  [host.name]: [
    `${host.name} SOA ns1.${host.name} hostmaster.${host.name} 2026112501`,
    `${host.name} NS ns1.${host.name}`,
    `${host.name} NS lame.${host.name}`,
    `ns1.${host.name} A ${goodServers[0]}`,
    `lame.${host.name} A ${lameServer}`,
    ...hostRecords(host),
    `gone.${host.name} CNAME freed.provider.test`,
    `${host.name} TXT v=spf1 +all`,
    `_dmarc.${host.name} TXT v=DMARC1; p=none`,
  ],
})

export const plantedFindings = ({ name }: LabHost) => [
  { rule: 'dns/caa-missing', subject: name, address: null },
  { rule: 'dns/dmarc-permissive', subject: name, address: null },
  { rule: 'dns/name-server-lame', subject: `lame.${name}`, address: lameServer },
  { rule: 'dns/spf-permissive', subject: name, address: null },
]

/** The whole lab: a resolver, two good servers and a lame one, for one host without a fault and one with planted ones. */
export function dnsWorld({ clean, planted }: { clean: LabHost; planted: LabHost }): DnsLabOptions {
  const zones = { ...cleanZone(clean), ...plantedZone(planted) }
  const all = Object.keys(zones)
  return {
    zones,
    servers: {
      [resolverAddress]: { zones: 'resolver' },
      [goodServers[0]]: { zones: all },
      [goodServers[1]]: { zones: all },
      [lameServer]: { zones: [] },
    },
  }
}
