import type { ConnectOutcome, Connection, NetworkDoor } from '#workers/network/door.ts'
import type { Clock } from './clock.ts'
import { type CanaryKind, Pace } from './pace.ts'
import type { PortState } from './schema.ts'

/** One question in so many is a canary. */
const canaryEvery = 25
const mostCanaryPorts = 64
/** Begun in one go at most: answers that wait for us meanwhile look slower than they are. */
const mostAtOnce = 50
/** This often in a row our own machine could not ask (EMFILE …), some 6 s: it will not be able to now. */
const mostRests = 12

/** An abort is noticed after this at the latest. */
const mostPauseMillis = 100

/** Errors of our own machine that pass. */
const passing = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN', 'EADDRNOTAVAIL'])
/** Errors of our own machine that hold for the whole address. */
const noWayThere = new Set(['ENETUNREACH', 'ENETDOWN', 'EAFNOSUPPORT'])

export interface Sweep {
  readonly address: string
  /** In the order in which they are asked. */
  readonly ports: readonly number[]
  readonly network: Pick<NetworkDoor, 'connect' | 'pace'>
  readonly signal: AbortSignal
  readonly clock: Clock
  /** No question begins after this, on the clock. */
  readonly stopAtMillis: number
  /** Bytes that an open port may send us. */
  readonly maxBytes: number
  /** What to do with an open port; the connection is closed afterwards. */
  readonly onOpen: (port: number, connection: Connection) => Promise<void>
  /** A port got its state, or was left out. */
  readonly onSettled: () => void
}

export interface Answers {
  readonly states: ReadonlyMap<number, PortState>
  /** Why a port counts as filtered: `no-answer`, `packet-loss` (no answer, on a line where many get lost), or the errno that a router made us see. */
  readonly silences: ReadonlyMap<number, string>
  /** Why a port has no state: the guard's rule, our own machine's errno, `deadline`. */
  readonly leftOut: ReadonlyMap<number, string>
}

/** Asks every port of one address, until each has a state or was left out for a reason. Ends by itself soon after `stopAtMillis`, at once after an abort. */
export function sweepPorts(sweep: Sweep): Promise<Answers> {
  return new Engine(sweep).run()
}

class Engine {
  readonly #sweep: Sweep
  readonly #pace: Pace
  readonly #states = new Map<number, PortState>()
  readonly #silences = new Map<number, string>()
  readonly #leftOut = new Map<number, string>()
  /** How far the silence of a port is proved, from 0 to 1. */
  readonly #proof = new Map<number, number>()
  readonly #canaryPorts: Record<CanaryKind, number[]> = { open: [], closed: [] }
  /** Who is asked next; a port that must be asked again goes to its end. */
  readonly #queue: number[]
  #next = 0
  #underWay = 0
  #begun = 0
  #wake: () => void = () => {}
  /** The errno for which nothing more can be asked from here. */
  #givenUpFor: string | null = null
  #bug: { readonly error: unknown } | null = null

  constructor(sweep: Sweep) {
    this.#sweep = sweep
    this.#pace = new Pace(sweep.network.pace(sweep.address), sweep.clock.now())
    this.#queue = [...sweep.ports]
  }

  async run(): Promise<Answers> {
    while (this.#hasMore() || this.#underWay > 0) {
      this.#beginWhatMay()
      await this.#untilMoreMay()
    }
    if (this.#bug) throw this.#bug.error
    for (const port of this.#sweep.ports) {
      if (!this.#isSettled(port)) this.#leaveOut(port, this.#givenUpFor ?? 'deadline')
    }
    return { states: this.#states, silences: this.#silences, leftOut: this.#leftOut }
  }

  #hasMore() {
    const { signal, clock, stopAtMillis } = this.#sweep
    const isOver = signal.aborted || clock.now() >= stopAtMillis || this.#givenUpFor !== null || this.#bug !== null
    return !isOver && this.#next < this.#queue.length
  }

  #beginWhatMay() {
    let may = Math.min(mostAtOnce, this.#pace.allowance(this.#sweep.clock.now()))
    while (may >= 1 && this.#underWay < this.#pace.openConnections && this.#hasMore()) {
      const canary = this.#begun % canaryEvery === 0 ? this.#pickCanary() : null
      if (canary) this.#begin(this.#askCanary(canary.kind, canary.port))
      else this.#begin(this.#ask(this.#queue[this.#next++]!))
      may -= 1
    }
  }

  #begin(question: Promise<void>) {
    this.#pace.begin()
    this.#begun += 1
    this.#underWay += 1
    void question
      .catch((error: unknown) => {
        this.#bug ??= { error }
      })
      .finally(() => {
        this.#underWay -= 1
        this.#wake()
      })
  }

  /** Until time allows one more, or until an answer makes room for one. */
  #untilMoreMay(): Promise<void> {
    const { clock } = this.#sweep
    if (this.#hasMore() && this.#underWay < this.#pace.openConnections) {
      return clock.pause(Math.min(mostPauseMillis, this.#pace.millisToNext(clock.now())))
    }
    if (this.#underWay === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async #connect(port: number): Promise<ConnectOutcome> {
    const { network, address, maxBytes } = this.#sweep
    const outcome = await network.connect(address, port, { timeoutMillis: this.#pace.patienceMillis, maxBytes })
    if (outcome.status !== 'not-asked') this.#pace.stopResting()
    return outcome
  }

  async #ask(port: number) {
    const outcome = await this.#connect(port)
    switch (outcome.status) {
      case 'connected':
        this.#answered(port, 'open', outcome.roundTripMillis)
        await this.#sweep.onOpen(port, outcome.connection).finally(() => outcome.connection.close())
        return this.#sweep.onSettled()
      case 'refused':
        this.#answered(port, 'closed', outcome.roundTripMillis)
        return this.#sweep.onSettled()
      case 'silent':
        return this.#silent(port)
      case 'unreachable':
        return this.#filtered(port, outcome.errno)
      case 'not-allowed':
        return this.#leaveOut(port, outcome.rule)
      case 'not-asked':
        return this.#notAsked(port, outcome.errno)
    }
  }

  #answered(port: number, state: CanaryKind, roundTripMillis: number) {
    this.#pace.answered(roundTripMillis)
    const canaryPorts = this.#canaryPorts[state]
    if (canaryPorts.length < mostCanaryPorts) canaryPorts.push(port)
    this.#states.set(port, state)
  }

  #silent(port: number) {
    // Our own patience was cut short: that is no silence of the port's.
    if (this.#sweep.signal.aborted) return
    const proof = (this.#proof.get(port) ?? 0) + this.#pace.weightOfSilence
    this.#proof.set(port, proof)
    if (proof < 0.999) this.#queue.push(port)
    else this.#filtered(port, this.#pace.isLosingTooMuch ? 'packet-loss' : 'no-answer')
  }

  #filtered(port: number, reason: string) {
    this.#silences.set(port, reason)
    this.#states.set(port, 'filtered')
    this.#sweep.onSettled()
  }

  #notAsked(port: number, errno: string) {
    if (this.#sweep.signal.aborted) return
    if (noWayThere.has(errno)) this.#givenUpFor ??= errno
    else if (passing.has(errno)) this.#rest(port, errno)
    else this.#leaveOut(port, errno)
  }

  #rest(port: number, errno: string) {
    this.#queue.push(port)
    if (this.#pace.rest(this.#sweep.clock.now()) > mostRests) this.#givenUpFor ??= errno
  }

  #leaveOut(port: number, reason: string) {
    this.#leftOut.set(port, reason)
    this.#sweep.onSettled()
  }

  #isSettled(port: number) {
    return this.#states.has(port) || this.#leftOut.has(port)
  }

  /** A port that is known to answer: open and closed ones in turn, as far as there are both. */
  #pickCanary(): { kind: CanaryKind; port: number } | null {
    const kinds = (['open', 'closed'] as const).filter((kind) => this.#canaryPorts[kind].length > 0)
    const kind = kinds[Math.floor(this.#begun / canaryEvery) % kinds.length]
    if (kind === undefined) return null
    const ports = this.#canaryPorts[kind]
    return { kind, port: ports[Math.floor(Math.random() * ports.length)]! }
  }

  async #askCanary(kind: CanaryKind, port: number) {
    const outcome = await this.#connect(port)
    if (outcome.status === 'connected') outcome.connection.close()
    if (outcome.status === 'connected' || outcome.status === 'refused') {
      this.#pace.answered(outcome.roundTripMillis)
      this.#pace.canary(kind, false)
    } else if (outcome.status === 'silent') {
      this.#pace.canary(kind, true)
    }
  }
}
