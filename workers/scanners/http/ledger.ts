import type { Coverage, Progress } from '#db/model/scan.ts'
import { foreignText } from '#db/model/text.ts'

const mostGaps = 256

/** Counts the requests of a scan, and what was never asked. */
export class Ledger {
  #answered = 0
  readonly #unanswered = new Map<string, string>()
  readonly #leftOut = new Map<string, string>()
  readonly #asked = new Set<string>()
  #silent = 0
  #openWalks = 2
  readonly #progress: (progress: Progress) => void

  constructor(progress: (progress: Progress) => void) {
    this.#progress = progress
  }

  /** The place of a request: what was asked is not left out, whichever walk did. */
  asks(place: string): void {
    this.#asked.add(place)
  }

  answered(): void {
    this.#answered += 1
    this.#report()
  }

  unanswered(what: string, reason: string): void {
    this.#silent += 1
    this.#unanswered.set(foreignText(what, 300), foreignText(reason, 100))
    this.#report()
  }

  leftOut(what: string, reason: string): void {
    this.#leftOut.set(foreignText(what, 300), foreignText(reason, 100))
  }

  walkEnded(): void {
    this.#openWalks -= 1
    this.#report()
  }

  get coverage(): Coverage {
    // Sorted, because the two walks go side by side.
    const gaps = (map: Map<string, string>) =>
      [...map]
        .filter(([what]) => !this.#asked.has(what))
        .map(([what, reason]) => ({ what, reason }))
        .sort((left, right) => (left.what < right.what ? -1 : 1))
        .slice(0, mostGaps)
    return {
      unit: 'requests',
      asked: this.#answered + this.#silent,
      answered: this.#answered,
      silent: this.#silent,
      unanswered: gaps(this.#unanswered),
      leftOut: gaps(this.#leftOut),
    }
  }

  // How many requests a walk takes shows only as it goes: each that is still open counts as one more.
  #report(): void {
    const done = this.#answered + this.#silent
    this.#progress({ done, total: done + this.#openWalks })
  }
}
