/** Where services usually listen, their main port first: a guess, and shown as one. */
const usualPorts = {
  ftp: [21],
  ssh: [22],
  telnet: [23],
  smtp: [25, 465, 587],
  dns: [53],
  http: [80, 591, 8000, 8008, 8080, 8081, 8888],
  kerberos: [88],
  pop3: [110],
  rpcbind: [111],
  nntp: [119],
  msrpc: [135],
  smb: [139, 445],
  imap: [143],
  bgp: [179],
  ldap: [389],
  https: [443, 8443],
  rexec: [512],
  rlogin: [513],
  rsh: [514],
  printer: [515],
  rtsp: [554],
  ipmi: [623],
  ipp: [631],
  ldaps: [636],
  rsync: [873],
  imaps: [993],
  pop3s: [995],
  jmx: [1099],
  mssql: [1433],
  oracle: [1521, 2483, 2484],
  mqtt: [1883],
  pptp: [1723],
  nfs: [2049],
  zookeeper: [2181],
  docker: [2375],
  etcd: [2379, 2380],
  mysql: [3306, 33060],
  rdp: [3389],
  svn: [3690],
  radmin: [4899],
  sip: [5060, 5061],
  postgresql: [5432],
  adb: [5555],
  amqp: [5672],
  vnc: [5900, 5901, 5902, 5903],
  couchdb: [5984, 6984],
  winrm: [5985, 5986],
  x11: [6000, 6001, 6002, 6003],
  redis: [6379],
  kubernetes: [6443],
  irc: [6667],
  cassandra: [9042, 9160],
  neo4j: [7687, 7474],
  influxdb: [8086],
  clickhouse: [8123],
  'jetdirect-printer': [9100],
  elasticsearch: [9200, 9300],
  git: [9418],
  kubelet: [10250, 10255],
  memcached: [11211],
  amt: [16992, 16993, 16994, 16995],
  cockroachdb: [26257],
  mongodb: [27017, 27018, 27019],
} as const satisfies Record<string, readonly number[]>

export type Service = keyof typeof usualPorts

const usualService = new Map<number, Service>(
  // Safe cast: Object.entries widens the keys of a table that has no others.
  (Object.entries(usualPorts) as [Service, readonly number[]][]).flatMap(([service, ports]) =>
    ports.map((port): [number, Service] => [port, service]),
  ),
)

/** The service that usually listens there, or null. */
export const serviceByPort = (port: number): Service | null => usualService.get(port) ?? null

/** Where these services usually listen, in rising order. */
export const portsOf = (services: readonly Service[]): number[] =>
  services.flatMap((service) => usualPorts[service]).sort((one, other) => one - other)

/** How services greet, first match wins. Read as ISO 8859-1; each is anchored and free of nested repetition. */
const greetings: readonly [greeting: RegExp, service: Service][] = [
  [/^SSH-\d/, 'ssh'], // RFC 4253 §4.2
  [/^RFB \d{3}\.\d{3}\n/, 'vnc'], // RFC 6143 §7.1.1
  [/^220[ -][^\n]{0,400}(?:\bE?SMTP\b|\bPostfix\b|\bExim\b)/i, 'smtp'], // RFC 5321 §3.1
  [/^220[ -][^\n]{0,400}(?:\bFTP|FTPd?\b)/i, 'ftp'], // RFC 959 §5.4
  [/^\+OK(?:[ \r\n]|$)/, 'pop3'], // RFC 1939 §4
  [/^\* (?:OK|PREAUTH|BYE)(?:[ \r\n]|$)/, 'imap'], // RFC 9051 §7.1
  [/^20[01] /, 'nntp'], // RFC 3977 §5.1
  [/^@RSYNCD: /, 'rsync'],
  [/^\( success \( \d/, 'svn'],
  [/^HTTP\/\d/, 'http'],
  // Option negotiation: IAC, then WILL, WON'T, DO or DON'T (RFC 854).
  [/^\xff[\xfb-\xfe]/, 'telnet'],
  // Packet 0 with protocol version 10 and a printable server version, or packet 0 with an error (1130: this host may not connect, 1040: too many).
  [/^[^]{2}\0\0\n[\x20-\x7e]{1,100}\0/, 'mysql'],
  [/^[^]{2}\0\0\xff(?:\x6a|\x69|\x10|\x28)\x04/, 'mysql'],
  // The notice of MySQL's X protocol: type 11, frame of global scope.
  [/^[^]{4}\x0b\x08/, 'mysql'],
  [/^-(?:DENIED|NOAUTH|MISCONF|LOADING) /, 'redis'],
]

/** The service that greeted so, or null. Whatever the bytes are, the answer takes a bounded time. */
export const serviceByGreeting = (greeting: string): Service | null =>
  greetings.find(([pattern]) => pattern.test(greeting))?.[1] ?? null

/** What seems to listen at an open port: what it says beats where it stands. */
export function guessService(port: number, greeting: Uint8Array) {
  const heard = serviceByGreeting(Buffer.from(greeting).toString('latin1'))
  if (heard !== null) return { service: heard, guessedFrom: 'banner' } as const
  const usual = serviceByPort(port)
  return usual === null ? { service: null, guessedFrom: null } : ({ service: usual, guessedFrom: 'port' } as const)
}
