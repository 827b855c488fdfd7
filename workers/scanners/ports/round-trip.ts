const shortestTimeoutMillis = 100
/** What RFC 6298 §2.1 waits while nothing was measured yet; nothing measured makes it longer. */
export const longestTimeoutMillis = 1000

/** The smoothed round trip to an address, and how long to wait for an answer (RFC 6298 §2). */
export class RoundTrip {
  #smoothedMillis: number | null = null
  #variationMillis = 0
  #shortestMillis = Number.POSITIVE_INFINITY
  #periodCount = 0
  #shortestOfPeriod = Number.POSITIVE_INFINITY

  add(millis: number) {
    this.#shortestMillis = Math.min(this.#shortestMillis, millis)
    this.#periodCount += 1
    this.#shortestOfPeriod = Math.min(this.#shortestOfPeriod, millis)
    if (this.#smoothedMillis === null) {
      this.#smoothedMillis = millis
      this.#variationMillis = millis / 2
      return
    }
    this.#variationMillis += (Math.abs(this.#smoothedMillis - millis) - this.#variationMillis) / 4
    this.#smoothedMillis += (millis - this.#smoothedMillis) / 8
  }

  /** Null while nothing was measured. */
  get smoothedMillis() {
    return this.#smoothedMillis
  }

  get timeoutMillis() {
    if (this.#smoothedMillis === null) return longestTimeoutMillis
    const millis = this.#smoothedMillis + 4 * this.#variationMillis
    return Math.min(longestTimeoutMillis, Math.max(shortestTimeoutMillis, millis))
  }

  /**
   * Even the fastest answer of this period took clearly longer than it needs: a queue has built up. One slow answer says
   * nothing; on a busy machine there is always one.
   */
  get isStretched() {
    return this.#periodCount >= 10 && this.#shortestOfPeriod > this.#shortestMillis * 1.6 + 15
  }

  beginPeriod() {
    this.#periodCount = 0
    this.#shortestOfPeriod = Number.POSITIVE_INFINITY
  }
}
