import type { Verdict } from '#db/model/finding.ts'
import { randomBy } from '#test/chaos/random.ts'
import type { PortsResult } from '#workers/scanners/ports/schema.ts'
import type { TlsResult } from '#workers/scanners/tls/schema.ts'
import type { WhoisResult } from '#workers/scanners/whois/schema.ts'

const hour = 3_600_000
const day = 24 * hour

export interface Span {
  readonly from: number
  readonly to: number
}

export interface Certificate {
  readonly fingerprint: string
  readonly notBefore: number
  readonly notAfter: number
  readonly isForUs: boolean
}

/** One host, with all that will happen to it. */
interface Host {
  readonly address: string
  readonly isHourly: boolean
  /** PostgreSQL can be reached. */
  readonly exposed: readonly Span[]
  /** Open at one scan, closed at the next. */
  readonly flapping: readonly Span[]
  /** Nothing of it answers. */
  readonly silent: readonly Span[]
  /** What it shows, the later over the earlier. */
  readonly certificates: readonly (Span & { readonly certificate: Certificate })[]
  /** Both of two certificates are shown in turn. */
  readonly rotating: readonly Span[]
  readonly domainEnds: readonly { readonly from: number; readonly at: string }[]
  /** An older version of the port scanner missed that this port is open. */
  readonly hasTelnet: boolean
}

/** What one scan was answered about one finding, with what really was so. */
export interface Answer {
  readonly at: number
  readonly host: string
  readonly rule: string
  readonly subject: string
  readonly verdict: Verdict
  readonly version: number
}

/** A year of a small company's hosts, as a seed writes it; the one who knows the truth. */
export class World {
  readonly hosts: readonly Host[]
  readonly answers: Answer[] = []
  /** Of everybody: the resolver, the registry, our own network; then our workers, and those who keep schedules. */
  readonly outages: Readonly<Record<'resolver' | 'registry' | 'network' | 'workers' | 'schedulers', readonly Span[]>>
  /** From when on a newer version of the port scanner runs. */
  readonly upgradedAt: number
  readonly #turns = new Map<string, number>()
  readonly #byAddress: ReadonlyMap<string, Host>

  constructor({
    seed,
    from,
    days,
    daily,
    hourly,
  }: { seed: number; from: number; days: number; daily: number; hourly: number }) {
    const random = randomBy(seed)
    const to = from + days * day
    /** So many times a month on the average, each for so long. */
    const spans = (perMonth: number, shortest: number, longest: number): Span[] => {
      const found: Span[] = []
      for (let at = from + random() * 30 * day; at < to; at += (0.5 + random()) * (30 / perMonth) * day) {
        const last = found.at(-1)
        const begins = Math.max(at, (last?.to ?? 0) + 4 * day)
        found.push({ from: begins, to: begins + shortest + random() * (longest - shortest) })
      }
      return found
    }
    this.upgradedAt = from + days * day * 0.4
    this.outages = {
      resolver: spans(1, 2 * hour, 8 * hour),
      registry: spans(0.5, day, 6 * day),
      network: spans(1, hour, 30 * hour),
      workers: spans(1, hour, 10 * hour),
      schedulers: spans(1, hour, 30 * hour),
    }
    this.hosts = Array.from({ length: daily + hourly }, (_, n): Host => {
      const exposed = spans(0.4, 3 * day, 12 * day)
      const certificates = this.#certificatesOf(random, n, from, to)
      return {
        address: `127.10.${Math.floor(n / 250)}.${(n % 250) + 1}`,
        isHourly: n >= daily,
        exposed,
        flapping: spans(0.15, day, 4 * day).filter((one) => !exposed.some((other) => meets(one, other, 3 * day))),
        silent: spans(0.3, 5 * hour, 3 * day),
        certificates,
        rotating: certificates
          .slice(1)
          .filter(() => random() < 0.4)
          .map(({ from }) => ({ from, to: from + day + random() * day })),
        domainEnds: domainEndsOf(random, from, to),
        hasTelnet: n % 7 === 0,
      }
    })
    this.#byAddress = new Map(this.hosts.map((host) => [host.address, host]))
  }

  /** Ninety days each, renewed a month ahead; now and then somebody forgets, or puts up the wrong one for some days. */
  #certificatesOf(random: () => number, n: number, from: number, to: number): Host['certificates'] {
    const shown: (Span & { certificate: Certificate })[] = []
    let number = 0
    const make = (notBefore: number, isForUs: boolean): Certificate => ({
      fingerprint: `${n.toString(16)}${(number++).toString(16)}`.padStart(64, '0'),
      notBefore,
      notAfter: notBefore + 90 * day,
      isForUs,
    })
    let begins = from - Math.floor(random() * 50) * day
    while (begins < to) {
      const certificate = make(begins, true)
      const lasts = random() < 0.15 ? 91 + random() * 6 : 58 + random() * 4
      shown.push({ from: begins, to: begins + lasts * day, certificate })
      if (random() < 0.15) {
        const wrongFrom = begins + (10 + random() * 30) * day
        shown.push({ from: wrongFrom, to: wrongFrom + (3 + random() * 4) * day, certificate: make(wrongFrom, false) })
      }
      begins += lasts * day
    }
    return shown
  }

  isOut(what: keyof World['outages'], at: number): boolean {
    return isIn(this.outages[what], at)
  }

  /** Nothing of the host, or of anything, answers. */
  isSilent(address: string, at: number): boolean {
    return this.isOut('network', at) || isIn(this.#hostOf(address).silent, at)
  }

  silencesOf = (address: string): readonly Span[] => this.#hostOf(address).silent

  versionAt = (at: number): number => (at >= this.upgradedAt ? 1001 : 1000)

  /** What the port scanner sees; null where nothing could be told. */
  ports(address: string, at: number, version: number): PortsResult | null {
    const host = this.#hostOf(address)
    if (this.isOut('resolver', at)) return this.#note(address, at, version, null)
    const isSilent = this.isOut('network', at) || isIn(host.silent, at)
    const isOpen = isIn(host.exposed, at) || (isIn(host.flapping, at) && this.#turn(address) % 2 === 0)
    const telnet = version > 1000 && host.hasTelnet
    const states = isSilent ? null : { 5432: isOpen, 23: telnet }
    this.#note(address, at, version, states)
    const of = (wanted: boolean) =>
      Object.entries(states ?? {})
        .filter(([, open]) => open === wanted)
        .map(([port]) => port)
        .join(',')
    return {
      addresses: [{ address, open: of(true), closed: of(false), filtered: isSilent ? '23,5432' : '', services: [] }],
    }
  }

  #note(address: string, at: number, version: number, states: Readonly<Record<string, boolean>> | null): null {
    const rules = { 5432: 'ports/database-exposed', 23: 'ports/cleartext-protocol' } as const
    for (const [port, rule] of Object.entries(rules)) {
      const verdict = states === null ? 'unknown' : states[port] === true ? 'present' : 'absent'
      this.answers.push({ at, host: address, rule, subject: `${port}/tcp`, verdict, version })
    }
    return null
  }

  /** What the TLS scanner sees. */
  tls(address: string, at: number): TlsResult | null {
    const host = this.#hostOf(address)
    const note = (rule: string, verdict: Verdict) =>
      this.answers.push({ at, host: address, rule, subject: '443/tcp', verdict, version: 1 })
    const isSilent = this.isOut('network', at) || this.isOut('resolver', at) || isIn(host.silent, at)
    if (isSilent) {
      for (const rule of ['tls/certificate-expired', 'tls/certificate-wrong-name']) note(rule, 'unknown')
      return null
    }
    const shown = this.#shownBy(host, at)
    note('tls/certificate-expired', shown.notAfter < at ? 'present' : 'absent')
    note('tls/certificate-wrong-name', shown.isForUs ? 'absent' : 'present')
    return tlsResult(address, shown)
  }

  #shownBy(host: Host, at: number): Certificate {
    const shown = host.certificates.filter((one) => one.from <= at && at < one.to)
    const now = shown.at(-1)!
    if (!isIn(host.rotating, at) || !now.certificate.isForUs) return now.certificate
    const before = host.certificates.filter((one) => one.certificate.isForUs && one.from < now.from).at(-1)
    return before !== undefined && this.#turn(host.address) % 2 === 0 ? before.certificate : now.certificate
  }

  /** What the registry says. */
  whois(address: string, at: number): WhoisResult | null {
    if (this.isOut('registry', at) || this.isOut('network', at)) return null
    const ends = this.#hostOf(address)
      .domainEnds.filter((one) => one.from <= at)
      .at(-1)!
    return whoisResult(`${address.replaceAll('.', '-')}.example`, ends.at)
  }

  #hostOf = (address: string): Host => this.#byAddress.get(address)!

  #turn(address: string): number {
    const turn = (this.#turns.get(address) ?? 0) + 1
    this.#turns.set(address, turn)
    return turn
  }
}

const isIn = (spans: readonly Span[], at: number) => spans.some(({ from, to }) => from <= at && at < to)
const meets = (one: Span, other: Span, apart: number) => one.from < other.to + apart && other.from < one.to + apart

/** A year each; renewed two months ahead, or a week, or not before the last day. */
function domainEndsOf(random: () => number, from: number, to: number): Host['domainEnds'] {
  const ends: { from: number; at: string }[] = []
  let at = from + (20 + random() * 340) * day
  let begins = from - day
  while (begins < to) {
    ends.push({ from: begins, at: new Date(at).toISOString().slice(0, 10) })
    begins = at - (random() < 0.5 ? 60 : random() < 0.5 ? 7 : 1) * day
    at += 365 * day
  }
  return ends
}

export function tlsResult(address: string, { fingerprint, notBefore, notAfter, isForUs }: Certificate): TlsResult {
  const text = (at: number) => new Date(at).toISOString()
  const root = 'f'.repeat(64)
  const certificate = {
    readable: true as const,
    fingerprint,
    subject: 'CN=shop.example',
    issuer: 'CN=Root,O=Lab CA',
    serialNumber: '1',
    notBefore: text(notBefore),
    notAfter: text(notAfter),
    names: [{ type: 'ip' as const, value: isForUs ? address : '127.99.0.1' }],
    nameCount: 1,
    key: { type: 'EC', bits: 256, curve: 'P-256' },
    signatureAlgorithm: 'ecdsa-with-SHA256',
    isCa: false,
    isSelfSigned: false,
    isTrusted: false,
  }
  return {
    subject: '443/tcp',
    port: 443,
    starttls: null,
    serverName: null,
    referenceIdentity: address,
    addresses: [
      {
        address,
        outcome: 'handshake',
        detail: null,
        protocols: [
          { version: 'TLSv1.3', state: 'accepted', reason: null, detail: null, cipherSuite: 'TLS_AES_128_GCM_SHA256' },
        ],
        chains: [
          {
            versions: ['TLSv1.3'],
            sentCount: 1,
            sent: [fingerprint],
            nameMatches: isForUs,
            path: [fingerprint, root],
            trustProblem: null,
          },
        ],
      },
    ],
    certificates: [
      certificate,
      {
        ...certificate,
        fingerprint: root,
        subject: 'CN=Root,O=Lab CA',
        notBefore: '2020-01-01T00:00:00.000Z',
        notAfter: '2040-01-01T00:00:00.000Z',
        isCa: true,
        isSelfSigned: true,
        isTrusted: true,
      },
    ],
  }
}

export const whoisResult = (domain: string, expiresAt: string): WhoisResult => ({
  domain,
  outcome: 'registered',
  source: 'rdap',
  bootstrap: null,
  servers: [],
  registrar: null,
  createdAt: null,
  updatedAt: null,
  expiresAt,
  statuses: ['clientTransferProhibited'],
  otherStatuses: [],
  nameServers: null,
  dnssec: null,
  unknown: [],
})
