import type { Coverage, Progress } from '#db/model/scan.ts'
import type { Outcome } from './facts.ts'
import type { Protocol } from './statuses.ts'

/** One server that was asked about the domain, and what came of it. */
export interface Asked {
  readonly protocol: Protocol
  /** A base URL, or `host` or `host:port`. */
  readonly server: string
  /** `referral`: it knows who knows. */
  readonly answer: Outcome | 'referral'
  /** Why there was no usable answer, in kebab-case. */
  readonly reason: string | null
}

/** Ways in which no answer came at all, apart from answers that were of no use. */
const silences = new Set(['silent', 'timed-out', 'refused', 'unreachable', 'cut-off', 'closed-at-once', 'deadline'])

/** Keeps count of what was asked, for the coverage. */
export class Ledger {
  readonly asked: Asked[] = []
  readonly #leftOut: Coverage['leftOut'] = []
  readonly #progress: (progress: Progress) => void

  constructor(progress: (progress: Progress) => void) {
    this.#progress = progress
  }

  note(asked: Asked): void {
    this.asked.push(asked)
    this.#progress({ done: this.asked.length, total: this.asked.length })
  }

  leaveOut(what: string, reason: string): void {
    this.#leftOut.push({ what: what.slice(0, 300), reason: reason.slice(0, 100) })
  }

  coverage(): Coverage {
    const silent = this.asked.filter(({ reason }) => reason !== null && silences.has(reason)).length
    return {
      unit: 'queries',
      asked: this.asked.length,
      answered: this.asked.length - silent,
      silent,
      unanswered: this.asked.flatMap(({ protocol, server, reason }) =>
        reason === null ? [] : [{ what: `${protocol.toUpperCase()} at ${server}`.slice(0, 300), reason }],
      ),
      leftOut: this.#leftOut.slice(0, 256),
    }
  }
}
