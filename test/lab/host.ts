import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type DnsLabOptions, startDnsLab } from './dns.ts'
import { dnsWorld, plantedFindings as dnsFindings } from './dns-world.ts'
import { startHttpLab } from './http.ts'
import { plantedFindings as httpFindings } from './http-answers.ts'
import { startRegistrationLab } from './registration.ts'
import { startTlsLab } from './tls.ts'

export interface LabHost {
  readonly target: string
  /** What to ask, as in `POST /v1/scans`: the lab's servers stand on ports of their own. */
  readonly scanners: Readonly<Record<string, object>>
  /** The rules that must be found present, one entry for each finding; nothing else may be. */
  readonly findings: readonly string[]
}

export interface HostLab {
  readonly clean: LabHost
  readonly planted: LabHost
  /** The settings with which a Portlight finds the lab, and nothing but the lab. */
  readonly settings: Readonly<Record<string, string>>
  /** PEM of the root that the lab's certificates rest on; belongs into CA_FILE. */
  readonly rootPem: string
  /** Adds a record to a zone, as its owner does: `_word.planted.test TXT text`. */
  publish(zone: string, record: string): void
  close(): Promise<void>
}

const address = '127.0.0.1'

/** Two whole hosts on loopback, with names, web and TLS servers, ports and registrations: one without a fault, one with known ones. */
export async function startHostLab(): Promise<HostLab> {
  const clean = { name: 'clean.test', addresses: [address] }
  const planted = { name: 'planted.test', addresses: [address] }
  const world = withPrivateName(dnsWorld({ clean, planted }))
  const zones = Object.fromEntries(Object.entries(world.zones).map(([apex, records]) => [apex, [...records]]))
  const [dns, http, tls, registration, ftp] = await Promise.all([
    startDnsLab({ ...world, zones }),
    startHttpLab({ address }),
    startTlsLab({ names: [clean.name, planted.name] }),
    startRegistrationLab(),
    startFtpGreeter(),
  ])
  const shared = {
    http: { httpPort: http.httpPort, httpsPort: http.httpsPort },
    dns: { nameServerPort: dns.port },
    whois: {},
  }
  const tlsServer = (name: string) => tls.servers[name]!
  return {
    clean: {
      target: clean.name,
      scanners: { ...shared, ports: { ports: [http.httpPort, http.httpsPort] }, tls: { port: tlsServer('good').port } },
      findings: [],
    },
    planted: {
      target: planted.name,
      scanners: { ...shared, ports: { ports: [http.httpPort, ftp.port] }, tls: { port: tlsServer('expired').port } },
      findings: [
        'ports/cleartext-protocol',
        ...(tlsServer('expired').findings ?? []),
        ...dnsFindings(planted).map(({ rule }) => rule),
        'whois/expires-soon',
        'whois/transfer-lock-missing',
        ...httpFindings,
      ],
    },
    settings: {
      SCAN_ALLOW: '127.0.0.0/8,::1',
      DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
      RDAP_BOOTSTRAP: registration.bootstrapUrl,
      WHOIS_SERVER: `${registration.whoisServer.host}:${registration.whoisServer.port}`,
    },
    rootPem: tls.rootPem,
    publish: (zone, record) => void zones[zone]!.push(record),
    async close() {
      await Promise.all([dns.close(), http.close(), tls.close(), registration.close(), ftp.close()])
    },
  }
}

/** `private.test` is a fair name that leads to an address which nobody may scan. */
const withPrivateName = (world: DnsLabOptions): DnsLabOptions => ({
  ...world,
  zones: {
    ...world.zones,
    'private.test': [
      'private.test SOA ns1.clean.test hostmaster.clean.test 1',
      'private.test NS ns1.clean.test',
      'private.test A 10.1.2.3',
    ],
  },
})

/** A service that gives itself away by its greeting. */
async function startFtpGreeter() {
  const server = createServer((socket) => socket.on('error', () => {}).end('220 lab FTP server ready\r\n'))
  server.listen(0, address)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}
