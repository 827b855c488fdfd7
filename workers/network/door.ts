/**
 * The only way a scanner reaches the outside world: guarded in production (live.ts), scripted in tests.
 * A door belongs to one run. When the run's signal aborts, every socket closes, pending calls answer at once
 * (`not-asked` with `ECANCELED`, or a ConnectionError `closed`), and so does every later one.
 */
export interface NetworkDoor {
  /** What the operator's settings name: dialled at exactly these places, whatever the guard says of others. */
  readonly operator: OperatorEndpoints
  /** How our HTTP requests name themselves (User-Agent, RFC 9110 §10.1.5), with the page that tells what this one was. */
  readonly identity: string
  /** PEM of the roots that are trusted here: Node's, the system's, CA_FILE's. */
  readonly roots: readonly string[]
  /** How hard this address may be asked; the door holds callers to it. */
  pace(address: string): Pace
  /** True where SCAN_ALLOW opens the address. */
  isOpened(address: string): boolean
  /**
   * Every address of a host name, once, all of them checked; an address is its own answer.
   * @throws NotAllowed when the guard refuses any of them.
   */
  resolve(host: string): Promise<Resolution>
  /** One TCP connection attempt. Never throws; the caller closes what it got. */
  connect(address: string, port: number, options: ConnectOptions): Promise<ConnectOutcome>
  /** One UDP datagram, and the first reply that `accept` takes. Never throws. */
  exchange(address: string, port: number, datagram: Uint8Array, options: ExchangeOptions): Promise<ExchangeOutcome>
  /** GET by HTTP, for what is not a scan of that host (RDAP): resolved, checked and dialled as checked, redirects too. Never throws. */
  fetch(url: string, options: FetchOptions): Promise<FetchOutcome>
}

export interface Endpoint {
  readonly address: string
  readonly port: number
}

export interface OperatorEndpoints {
  /** DNS_SERVERS, else the system's; asked in this order. */
  readonly resolvers: readonly Endpoint[]
  /** WHOIS_SERVER: asked instead of IANA's. */
  readonly whoisServer: { readonly host: string; readonly port: number } | null
  /** RDAP_BOOTSTRAP: a URL, or null for IANA's. */
  readonly rdapBootstrap: string | null
}

export interface Pace {
  readonly connectionsPerSecond: number
  readonly openConnections: number
}

/** The guard's no. `rule` is its kebab-case code, `message` the sentence. */
export class NotAllowed extends Error {
  override name = 'NotAllowed'
  readonly rule: string
  constructor(rule: string, message: string) {
    super(message)
    this.rule = rule
  }
}

export type NameAnswer = 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'timed-out' | 'malformed'

export interface Resolution {
  readonly addresses: readonly string[]
  /** How each question was answered, so that "has no such address" and "could not be told" stay apart; null where the host was an address. */
  readonly answers: { readonly A: NameAnswer; readonly AAAA: NameAnswer } | null
}

export interface ConnectOptions {
  readonly timeoutMillis: number
  /** Bytes that may be received before the connection is cut with `limit`; 1 MiB when not said. */
  readonly maxBytes?: number
}

/** Nobody could be asked: the guard's rule, or our own machine's errno (EMFILE, EADDRNOTAVAIL, ENETUNREACH, ECANCELED …). */
export type NotAsked =
  | { readonly status: 'not-allowed'; readonly rule: string }
  | { readonly status: 'not-asked'; readonly errno: string }

export type ConnectOutcome =
  | { readonly status: 'connected'; readonly connection: Connection; readonly roundTripMillis: number }
  /** A reset: the port is closed (RFC 9293 §3.10.7.1). */
  | { readonly status: 'refused'; readonly roundTripMillis: number }
  | { readonly status: 'silent' }
  /** A router said so (ICMP, RFC 792): no answer of the port itself. */
  | { readonly status: 'unreachable'; readonly errno: string }
  | NotAsked

export interface ExchangeOptions {
  readonly timeoutMillis: number
  /** False for a datagram that is not the answer: another id, another question. */
  readonly accept: (reply: Uint8Array) => boolean
}

export type ExchangeOutcome =
  | { readonly status: 'answered'; readonly reply: Uint8Array; readonly roundTripMillis: number }
  | { readonly status: 'refused' }
  | { readonly status: 'silent' }
  | { readonly status: 'unreachable'; readonly errno: string }
  | NotAsked

/** Why reading or writing ended early: no bytes in time, a reset, more bytes than allowed, or our own close. */
export type ConnectionErrorReason = 'timed-out' | 'reset' | 'limit' | 'closed'

export class ConnectionError extends Error {
  override name = 'ConnectionError'
  readonly reason: ConnectionErrorReason
  constructor(reason: ConnectionErrorReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** An open stream, plain or TLS. */
export interface Connection {
  readonly local: Endpoint
  readonly remote: Endpoint
  /** @throws ConnectionError */
  write(bytes: Uint8Array): Promise<void>
  /** The next bytes that came, in order; null once the other side has ended. @throws ConnectionError */
  read(timeoutMillis: number): Promise<Uint8Array | null>
  /** Begins TLS on this stream, which must not be used for anything else afterwards. No certificate is refused here: judging is the caller's. Never throws. */
  handshake(options: TlsOptions): Promise<TlsOutcome>
  close(): void
}

export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
export type TlsVersion = (typeof tlsVersions)[number]

export interface TlsOptions {
  /** What SNI says (RFC 6066 §3); null sends none, which an address needs. */
  readonly serverName: string | null
  readonly minVersion: TlsVersion
  readonly maxVersion: TlsVersion
  readonly alpn?: readonly string[]
  readonly timeoutMillis: number
}

export type TlsOutcome =
  | {
      readonly status: 'established'
      readonly connection: Connection
      readonly version: TlsVersion
      /** IANA's name of the cipher suite. */
      readonly cipherSuite: string
      readonly alpn: string | null
      /** DER, as the server sent them, leaf first; nothing of our own store is added. */
      readonly certificates: readonly Uint8Array[]
    }
  /** A fatal alert (RFC 8446 §6), by its name there. */
  | { readonly status: 'alert'; readonly alert: string }
  /** Bytes came that are no TLS record. */
  | { readonly status: 'not-tls' }
  /** TLS came that our own library refuses or cannot speak; its code says what. */
  | { readonly status: 'failed'; readonly code: string }
  | { readonly status: 'silent' }
  | { readonly status: 'closed' }
  | { readonly status: 'not-asked'; readonly errno: string }

export interface FetchOptions {
  /** GET where nothing is said. */
  readonly method?: 'GET' | 'POST'
  readonly body?: Uint8Array
  readonly timeoutMillis: number
  readonly maxBytes: number
  readonly headers?: Readonly<Record<string, string>>
  /** Redirects that may be followed; each is resolved and checked anew. */
  readonly maxRedirects: number
  /** Plain http is refused but at addresses that SCAN_ALLOW opens and at the operator's own. */
  readonly httpsOnly: boolean
}

export type FetchOutcome =
  | {
      readonly status: 'answered'
      readonly url: string
      readonly statusCode: number
      /** Names in lower case; fields that came more than once are joined by ", ". */
      readonly headers: Readonly<Record<string, string>>
      readonly body: Uint8Array
    }
  | { readonly status: 'not-allowed'; readonly rule: string }
  /** `name-not-found`, `resolver-failed`, `refused`, `silent`, `unreachable`, `bad-certificate`, `too-large`, `too-many-redirects`, `protocol-error`, or an errno of ours. */
  | { readonly status: 'failed'; readonly reason: string }
