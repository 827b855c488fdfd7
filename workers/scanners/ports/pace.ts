import type { Pace as PaceLimit } from '#workers/network/door.ts'
import { assumedLoss, Loss } from './loss.ts'
import { longestTimeoutMillis, RoundTrip } from './round-trip.ts'

/** Our own limits, whatever an address allows: with these test/bench/ports.ts is measured. */
const ceiling: PaceLimit = { connectionsPerSecond: 20_000, openConnections: 8000 }
const firstConnectionsPerSecond = 2000
/** However much is lost, we get no slower than this: a line that always loses some must come to an end too. */
const slowestConnectionsPerSecond = 100
/** Queues alone make us no slower than this: one that it does not drain is not ours. */
const slowestForQueues = 1000
/** A period in which more than this share of the canaries got lost was too fast; a line that loses one in ten whatever we do is not. */
const toleratedLoss = 0.2

/** The longest that one question waits for its answer. */
export const longestPatienceMillis = 1500

/** Silence is believed once the chance that every answer got lost is at most this. */
const acceptedMiss = 1e-4
/** What a silence may count for, whatever was measured: it takes at least 2 of them, and at most 8. */
const countedLoss = { least: 0.01, most: 0.3 }
const silencesThatProve = (loss: number) => Math.ceil(Math.log(acceptedMiss) / Math.log(loss) - 1e-9)

/** How often a port is asked at most before its silence is believed. */
export const mostQuestions = silencesThatProve(countedLoss.most)

export type CanaryKind = 'open' | 'closed'

/**
 * How fast one address is asked, and how long and how often a silent port is. Additive increase and multiplicative decrease,
 * steered by canaries: questions to ports that are known to answer. Pure: times are milliseconds of whichever clock the caller has.
 */
export class Pace {
  readonly openConnections: number
  readonly #most: number
  readonly #roundTrip = new RoundTrip()
  /** Apart, because a host may answer every handshake and still count out its resets. */
  readonly #loss: Record<CanaryKind, Loss> = { open: new Loss(), closed: new Loss() }
  #rate: number
  #isFindingOut = true
  #changedAt: number
  #allowance = 0
  #allowedAt: number
  #restMillis = 0
  #restUntil = Number.NEGATIVE_INFINITY
  #rests = 0

  constructor(limit: PaceLimit, nowMillis: number) {
    this.openConnections = Math.max(1, Math.min(limit.openConnections, ceiling.openConnections))
    this.#most = Math.min(limit.connectionsPerSecond, ceiling.connectionsPerSecond)
    this.#rate = Math.min(this.#most, firstConnectionsPerSecond)
    this.#changedAt = nowMillis
    this.#allowedAt = nowMillis
  }

  get connectionsPerSecond() {
    return this.#rate
  }

  /** How long to wait for an answer: well beyond the time-out, since a late answer is worth more than a second question. */
  get patienceMillis() {
    if (this.#roundTrip.smoothedMillis === null) return longestTimeoutMillis
    return Math.min(longestPatienceMillis, 2.5 * this.#roundTrip.timeoutMillis)
  }

  /** The share of answers that get lost, as far as it is known: the worse of the two kinds. */
  get loss() {
    const { open, closed } = this.#loss
    if (open.rate === null && closed.rate === null) return assumedLoss
    return Math.max(open.rate ?? 0, closed.rate ?? 0)
  }

  /** The part of a proof that one more silence is. */
  get weightOfSilence() {
    return 1 / silencesThatProve(Math.min(countedLoss.most, Math.max(countedLoss.least, this.loss)))
  }

  /** So much is lost that no silence counted here proves anything. */
  get isLosingTooMuch() {
    return this.loss > countedLoss.most
  }

  answered(roundTripMillis: number) {
    this.#roundTrip.add(roundTripMillis)
  }

  canary(kind: CanaryKind, isLost: boolean) {
    this.#loss[kind].add(isLost)
  }

  /** Our own machine could not ask: nothing begins for a while, each time longer. Says how often that was in a row. */
  rest(nowMillis: number): number {
    if (nowMillis >= this.#restUntil) {
      this.#restMillis = Math.min(1000, Math.max(10, 2 * this.#restMillis))
      this.#restUntil = nowMillis + this.#restMillis
      this.#rests += 1
    }
    return this.#rests
  }

  /** It could again: the next rest is a short one. */
  stopResting() {
    this.#restMillis = 0
    this.#rests = 0
  }

  /** How many connections may begin now: at most 20 ms' worth, and always one in the end. */
  allowance(nowMillis: number): number {
    this.#adjust(nowMillis)
    const earned = ((nowMillis - this.#allowedAt) * this.#rate) / 1000
    this.#allowance = Math.min(Math.max(1, this.#rate / 50), this.#allowance + earned)
    this.#allowedAt = nowMillis
    return nowMillis < this.#restUntil ? 0 : Math.floor(this.#allowance)
  }

  begin() {
    this.#allowance -= 1
  }

  /** How long until one more may begin; 0 when one may. */
  millisToNext(nowMillis: number): number {
    return Math.max(0, this.#restUntil - nowMillis, ((1 - this.#allowance) * 1000) / this.#rate)
  }

  #adjust(nowMillis: number) {
    if (nowMillis - this.#changedAt < Math.max(20, this.#roundTrip.smoothedMillis ?? 100)) return
    const { open, closed } = this.#loss
    const lost = Math.max(open.periodRate, closed.periodRate)
    if (lost > toleratedLoss) {
      this.#isFindingOut = false
      this.#change(Math.max(slowestConnectionsPerSecond, this.#rate * Math.min(0.7, 1 - lost)), nowMillis)
    } else if (this.#roundTrip.isStretched && this.#rate > slowestForQueues) {
      this.#isFindingOut = false
      this.#change(Math.max(slowestForQueues, this.#rate * 0.7), nowMillis)
    } else if (open.isPeriodFull || closed.isPeriodFull) {
      this.#change(this.#isFindingOut ? this.#rate * 2 : this.#rate * 1.04 + 50, nowMillis)
    } else if (this.#isFindingOut && !open.hasLostInPeriod && !closed.hasLostInPeriod) {
      // Too few canaries to judge by: theirs is a longer period, which goes on at a higher rate.
      this.#setRate(this.#rate * 1.5, nowMillis)
    }
  }

  #change(rate: number, nowMillis: number) {
    this.#setRate(rate, nowMillis)
    this.#loss.open.beginPeriod()
    this.#loss.closed.beginPeriod()
  }

  #setRate(rate: number, nowMillis: number) {
    this.#rate = Math.min(this.#most, rate)
    this.#changedAt = nowMillis
    this.#roundTrip.beginPeriod()
  }
}
