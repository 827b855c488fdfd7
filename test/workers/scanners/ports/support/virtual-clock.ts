import type { Clock } from '#workers/scanners/ports/clock.ts'

/** Time that passes as soon as nothing is left to do in it: hours of a scan in a moment, the same each time. */
export class VirtualClock implements Clock {
  #nowMillis = 0
  readonly #waiting = new Map<number, (() => void)[]>()

  now() {
    return this.#nowMillis
  }

  /** As a machine's timers: a millisecond at least, or none. */
  pause(millis: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.#nowMillis + (millis > 0 ? Math.max(1, millis) : 0), resolve)
    })
  }

  /** Whole milliseconds, so that much falls on the same moment. */
  at(millis: number, call: () => void) {
    const moment = Math.ceil(millis)
    this.#waiting.set(moment, [...(this.#waiting.get(moment) ?? []), call])
  }

  /** Lets time pass until there is an answer. */
  async until<T>(answer: Promise<T>): Promise<T> {
    const progress = { isOver: false }
    const settled = answer.finally(() => {
      progress.isOver = true
    })
    // Whoever awaits `settled` hears of the failure; this only keeps it from counting as unheard meanwhile.
    settled.catch(() => {})
    while (!progress.isOver) {
      await everythingElse()
      if (!progress.isOver) this.#pass()
    }
    return settled
  }

  #pass() {
    const moment = this.#waiting.keys().reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
    if (moment === Number.POSITIVE_INFINITY) throw new Error('everybody waits for nothing')
    const calls = this.#waiting.get(moment)!
    this.#waiting.delete(moment)
    this.#nowMillis = Math.max(this.#nowMillis, moment)
    for (const call of calls) call()
  }
}

const everythingElse = () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
