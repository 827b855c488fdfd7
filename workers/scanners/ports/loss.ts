/** Assumed while little is known. */
export const assumedLoss = 0.05
/** Canaries that a judgement of a period takes. */
const periodLength = 20

/** How many questions stay without an answer where an answer was known to come. */
export class Loss {
  #rate = assumedLoss
  #isKnown = false
  #answered = 0
  #lost = 0

  add(isLost: boolean) {
    this.#isKnown = true
    this.#rate += ((isLost ? 1 : 0) - this.#rate) / 32
    if (isLost) this.#lost += 1
    else this.#answered += 1
  }

  /** Over the last few dozen canaries; null while there was none. */
  get rate() {
    return this.#isKnown ? this.#rate : null
  }

  get isPeriodFull() {
    return this.#answered + this.#lost >= periodLength
  }

  /** Of this period; nothing is said of one that is not full. */
  get periodRate() {
    return this.isPeriodFull ? this.#lost / (this.#answered + this.#lost) : 0
  }

  get hasLostInPeriod() {
    return this.#lost > 0
  }

  beginPeriod() {
    this.#answered = 0
    this.#lost = 0
  }
}
