import type { Evidence, Observation } from '#db/model/finding.ts'
import type { Rule } from '../scanner.ts'
import { type AddressPorts, type PortsResult, type PortState, statesOf } from './schema.ts'
import { portsOf, type Service, serviceByPort } from './services.ts'

type Heard = AddressPorts['services'][number]

interface Exposure extends Omit<Rule<PortsResult>, 'check' | 'answerFor'> {
  readonly services: readonly Service[]
  /** True where what was heard shows that nothing is wrong with such a service. */
  readonly isFine?: (heard: Heard) => boolean
}

const exposures: readonly Exposure[] = [
  {
    id: 'ports/database-exposed',
    title: 'A database can be reached',
    severity: 'high',
    remedy:
      'Let the database listen on a private address only, or let a firewall admit only the machines that need it.',
    reference: 'CWE-668; CIS Controls v8 §4.4',
    services: [
      'mysql',
      'postgresql',
      'redis',
      'mongodb',
      'elasticsearch',
      'memcached',
      'mssql',
      'oracle',
      'couchdb',
      'cassandra',
      'influxdb',
      'neo4j',
      'clickhouse',
      'cockroachdb',
      'etcd',
    ],
  },
  {
    id: 'ports/remote-admin-exposed',
    title: 'A service for administration can be reached',
    severity: 'high',
    remedy: 'Close it to the outside and reach it through a VPN, an SSH tunnel or a gateway that asks who comes.',
    reference: 'CISA BOD 23-02; CWE-668',
    services: [
      'rdp',
      'vnc',
      'x11',
      'radmin',
      'winrm',
      'smb',
      'msrpc',
      'ipmi',
      'amt',
      'docker',
      'kubelet',
      'jmx',
      'adb',
    ],
  },
  {
    id: 'ports/cleartext-protocol',
    title: 'A protocol without encryption is offered',
    severity: 'medium',
    remedy: 'Close it and offer its encrypted form alone: SSH and SFTP, IMAP on 993, POP3 on 995.',
    reference: 'CWE-319; RFC 8314 §3',
    services: ['ftp', 'telnet', 'pop3', 'imap', 'rexec', 'rlogin', 'rsh'],
    // The server takes no password before TLS has begun (RFC 9051 §6.2.3).
    isFine: ({ banner }) => banner !== null && /^\* OK \[CAPABILITY [^\]]*\bLOGINDISABLED\b/.test(banner),
  },
]

export const rules: readonly Rule<PortsResult>[] = exposures.map(({ services, isFine, ...rule }) => ({
  ...rule,
  check: ({ addresses }) => addresses.flatMap((seen) => observe(seen, new Set(services), isFine ?? (() => false))),
  answerFor: ({ addresses }, subject) => addresses.flatMap((seen) => observeAgain(seen, subject)),
}))

/** A service that once gave itself away at an unusual port: closed is an answer, and so is another service; silence behind an open port is none. */
function observeAgain(seen: AddressPorts, subject: string): Observation[] {
  const port = Number(/^(\d+)\/tcp$/.exec(subject)?.[1])
  const state = statesOf(seen).get(port)
  if (state === undefined) return []
  const about = { subject, address: seen.address }
  if (state === 'closed') return [{ ...about, verdict: 'absent' }]
  if (state === 'filtered') return [{ ...about, verdict: 'unknown', reason: 'no-answer' }]
  // Were it the service itself, `check` would have said so.
  const heard = seen.services.find((one) => one.port === port)
  if (heard === undefined || heard.service === null || heard.guessedFrom === 'port')
    return [{ ...about, verdict: 'unknown', reason: 'not-identified' }]
  return [{ ...about, verdict: 'absent', evidence: evidenceOf(heard) }]
}

/** Answers for the ports where such services usually listen, as far as they were asked, and for each port that says it is one. */
function observe(seen: AddressPorts, services: ReadonlySet<Service>, isFine: (heard: Heard) => boolean): Observation[] {
  const states = statesOf(seen)
  const heardAt = new Map(seen.services.map((heard) => [heard.port, heard]))
  const isWrong = (heard: Heard) => isOneOf(services, heard.service) && !isFine(heard)
  const saysSo = seen.services.filter(({ service }) => isOneOf(services, service)).map(({ port }) => port)
  return [...new Set([...portsOf([...services]), ...saysSo])]
    .sort((one, other) => one - other)
    .filter((port) => states.has(port))
    .map((port) => ({
      subject: `${port}/tcp`,
      address: seen.address,
      ...verdictOn(states.get(port)!, heardAt.get(port) ?? unheard(port), isWrong),
    }))
}

function verdictOn(
  state: PortState,
  heard: Heard,
  isWrong: (heard: Heard) => boolean,
): Pick<Observation, 'verdict' | 'reason' | 'evidence'> {
  if (state === 'closed') return { verdict: 'absent' }
  if (state === 'filtered') return { verdict: 'unknown', reason: 'no-answer' }
  return { verdict: isWrong(heard) ? 'present' : 'absent', evidence: evidenceOf(heard) }
}

const isOneOf = (services: ReadonlySet<string>, service: string | null) => service !== null && services.has(service)

/** An open port whose greeting was not waited for. */
const unheard = (port: number): Heard => ({ port, service: serviceByPort(port), guessedFrom: 'port', banner: null })

const evidenceOf = ({ service, guessedFrom, banner }: Heard): Evidence => ({
  state: 'open',
  service,
  guessedFrom,
  ...(banner === null ? {} : { banner }),
})
