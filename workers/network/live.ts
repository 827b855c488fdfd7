import { canonicalAddress } from '#db/model/address.ts'
import { DomainError } from '#db/model/errors.ts'
import { readTarget } from '#db/model/target.ts'
import { type Authority, visitor } from './authority.ts'
import { defaultMaxBytes, StreamConnection } from './connection.ts'
import { exchangeDatagram } from './datagram.ts'
import { type DialOutcome, dial } from './dial.ts'
import {
  type ConnectOptions,
  type ConnectOutcome,
  type ExchangeOptions,
  type ExchangeOutcome,
  type FetchOptions,
  type FetchOutcome,
  NotAllowed,
  type NetworkDoor,
  type NotAsked,
  type OperatorEndpoints,
  type Pace,
  type Resolution,
} from './door.ts'
import { cancelled } from './errno.ts'
import type { Refusal } from './guard.ts'
import { guardedFetch, placeOf, type WebPlace } from './guarded-fetch.ts'
import { createLifetime, type Lifetime } from './lifetime.ts'
import { type Lookup, lookUp } from './resolve.ts'
import type { NetworkSettings } from './settings.ts'
import { datagramPace, openedPace, politePace, provedPace, type Release } from './turns.ts'

export { type NetworkConfig, type NetworkSettings, networkSettings } from './settings.ts'

/** The door of one run. Aborting `signal` closes all that it opened. */
export const createDoor = (
  settings: NetworkSettings,
  signal: AbortSignal,
  authority: Authority = visitor,
): NetworkDoor => new LiveDoor(settings, createLifetime(signal), authority)

class LiveDoor implements NetworkDoor {
  readonly operator: OperatorEndpoints
  readonly #settings: NetworkSettings
  readonly #lifetime: Lifetime
  readonly #authority: Authority
  /** The names by which each address was found. */
  readonly #namesOf = new Map<string, Set<string>>()
  /** Connections so far to addresses that may only be visited. */
  readonly #visits = new Map<string, number>()
  /** A name means the same addresses for the whole run: what was checked is what is dialled. */
  readonly #lookups = new Map<string, Promise<Lookup>>()
  /** What the operator's settings name, as addresses by port; an address joins once its name was resolved. */
  readonly #operatorPlaces = new Map<number, Set<string>>()

  constructor(settings: NetworkSettings, lifetime: Lifetime, authority: Authority) {
    this.operator = settings.operator
    this.#settings = settings
    this.#lifetime = lifetime
    this.#authority = authority
    for (const { address, port } of settings.operator.resolvers) this.#addOperatorPlace(address, port)
  }

  /** In the form that every browser's name has, so that nobody's filter takes it for a fault. */
  get identity(): string {
    const { publicUrl } = this.#settings
    const { probeId } = this.#authority
    const page = publicUrl === null ? '' : `; +${publicUrl}/probes${probeId === undefined ? '' : `/${probeId}`}`
    return `Mozilla/5.0 (compatible; Portlight exposure scanner${page})`
  }

  get roots(): readonly string[] {
    return this.#settings.roots
  }

  pace(address: string): Pace {
    if (this.isOpened(address)) return openedPace
    return this.#authority.basisOf(address) === 'proved' ? (this.#authority.pace ?? provedPace) : politePace
  }

  isOpened(address: string): boolean {
    return this.#settings.guard.isOpened(address)
  }

  resolve(host: string): Promise<Resolution> {
    const { whoisServer } = this.operator
    return whoisServer?.host === host ? this.#resolveOperators(host, whoisServer.port) : this.#resolve(host)
  }

  async connect(address: string, port: number, options: ConnectOptions): Promise<ConnectOutcome> {
    const dialled = await this.#dial(address, port, options.timeoutMillis)
    if (dialled.status !== 'connected') return dialled
    const { socket, roundTripMillis } = dialled
    const bounds = {
      remote: { address, port },
      maxBytes: options.maxBytes ?? defaultMaxBytes,
      lifetime: this.#lifetime,
    }
    return { status: 'connected', connection: new StreamConnection(socket, bounds), roundTripMillis }
  }

  async exchange(
    address: string,
    port: number,
    datagram: Uint8Array,
    options: ExchangeOptions,
  ): Promise<ExchangeOutcome> {
    const turn = await this.#turn(address, port, this.isOpened(address) ? openedPace : datagramPace)
    if (typeof turn !== 'function') return turn
    try {
      return await exchangeDatagram(address, port, datagram, options, this.#lifetime)
    } finally {
      turn()
    }
  }

  fetch(url: string, options: FetchOptions): Promise<FetchOutcome> {
    return guardedFetch(
      url,
      { ...options, headers: { 'user-agent': this.identity, ...options.headers } },
      {
        lifetime: this.#lifetime,
        trusted: () => this.#settings.trusted,
        resolve: (place) =>
          this.#isOperatorsUrl(place) ? this.#resolveOperators(place.host, place.port) : this.#resolve(place.host),
        dial: (address, port, timeoutMillis) => this.#dial(address, port, timeoutMillis),
        isOpened: (address) => this.isOpened(address),
        isOperators: (place) => this.#isOperatorsUrl(place),
      },
    )
  }

  #isOperatorsUrl({ host, port }: WebPlace): boolean {
    return this.#settings.operatorUrls.some((url) => {
      const place = placeOf(new URL(url))
      return place.host === host && place.port === port
    })
  }

  async #resolve(host: string): Promise<Resolution> {
    const { guard } = this.#settings
    const target = readTarget(host)
    if (target instanceof DomainError) throw new NotAllowed(target.rule ?? target.code, target.message)
    throwIf(guard.judgeSpelling(target))
    if (target.kind === 'address') return { addresses: [target.canonical], answers: null }
    const { addresses, answers, names } = await this.#lookUpOnce(target.canonical)
    throwIf(guard.judgeResolved(names, addresses))
    for (const address of addresses)
      this.#namesOf.set(address, (this.#namesOf.get(address) ?? new Set()).union(new Set(names)))
    return { addresses, answers }
  }

  /** A host that the operator's settings name: it may be dialled at that port, whatever it resolves to. */
  async #resolveOperators(host: string, port: number): Promise<Resolution> {
    const address = canonicalAddress(host)
    const { addresses, answers } =
      address === null ? await this.#lookUpOnce(host.toLowerCase()) : { addresses: [address], answers: null }
    for (const address of addresses) this.#addOperatorPlace(address, port)
    return { addresses, answers }
  }

  #lookUpOnce(name: string): Promise<Lookup> {
    const lookup = this.#lookups.get(name) ?? lookUp(name, this.operator.resolvers, this)
    this.#lookups.set(name, lookup)
    return lookup
  }

  #addOperatorPlace(address: string, port: number) {
    this.#operatorPlaces.set(port, (this.#operatorPlaces.get(port) ?? new Set()).add(address))
  }

  #dial(address: string, port: number, timeoutMillis: number): Promise<DialOutcome> {
    const go = (turn: Release | NotAsked) =>
      typeof turn === 'function'
        ? dial(address, port, timeoutMillis, this.#lifetime, turn)
        : Promise.resolve<DialOutcome>(turn)
    const turn = this.#mayVisit(address, port) ?? this.#turn(address, port, this.pace(address))
    return turn instanceof Promise ? turn.then(go) : go(turn)
  }

  /** Null where a connection may go on; else that there is no authority for another. */
  #mayVisit(address: string, port: number): NotAsked | null {
    const { visitConnections } = this.#authority
    const isLimited = visitConnections !== null && !this.isOpened(address) && !this.#isOperators(address, port)
    if (!isLimited || this.#authority.basisOf(address) !== 'passive') return null
    const visits = this.#visits.get(address) ?? 0
    if (visits >= visitConnections)
      return visits === 0 ? { status: 'not-allowed', rule: 'no-proof' } : { status: 'not-asked', errno: 'no-proof' }
    this.#visits.set(address, visits + 1)
    return null
  }

  #isOperators(address: string, port: number): boolean {
    return this.#operatorPlaces.get(port)?.has(address) ?? false
  }

  async #noted<Turn>(turn: Promise<Turn>): Promise<Turn> {
    const { onWaiting } = this.#authority
    if (onWaiting === undefined) return turn
    let isLong = false
    const timer = setTimeout(() => onWaiting((isLong = true)), longWaitMillis)
    const taken = await turn
    clearTimeout(timer)
    if (isLong) onWaiting(false)
    return taken
  }

  /** The guard's word, then a turn to dial. Waiting for it is our own doing, so no time-out counts it. */
  #turn(address: string, port: number, pace: Pace): Release | NotAsked | Promise<Release | NotAsked> {
    if (this.#lifetime.isOver) return cancelled
    // Answers of strangers name ports too.
    if (!(Number.isInteger(port) && port > 0 && port < 65_536)) return { status: 'not-allowed', rule: 'malformed-port' }
    const { guard, turns } = this.#settings
    const isOperators = this.#isOperators(address, port)
    // The list of those who must not be touched may have changed since the name was resolved.
    const names = this.#namesOf.get(address)
    const refusal = isOperators
      ? null
      : names === undefined
        ? guard.refusalOf(address)
        : guard.judgeResolved([...names], [address])
    if (refusal) return { status: 'not-allowed', rule: refusal.rule }
    if (guard.isOwn(address, port)) return { status: 'not-allowed', rule: 'own-socket' }
    if (!isOperators) this.#authority.onTouch?.(address)
    const turn = turns.take(address, isOperators ? openedPace : pace, this.#lifetime)
    return turn instanceof Promise ? this.#noted(turn).then((release) => release ?? cancelled) : turn
  }
}

/** Whoever waits so long for a turn waits for others, and says so. */
const longWaitMillis = 1000

function throwIf(refusal: Refusal | null) {
  if (refusal) throw new NotAllowed(refusal.rule, refusal.detail)
}
