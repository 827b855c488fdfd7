import type { Coverage, Progress } from '#db/model/scan.ts'
import { foreignText } from '#db/model/text.ts'

type Gap = Coverage['leftOut'][number]

export interface Tally {
  /** Call when a question begins; the progress then knows of it. */
  readonly begin: () => void
  /** Call when it has ended, with why there is no usable answer, or null. */
  readonly end: (what: string, outcome: 'answered' | 'silent' | 'left-out', reason: string | null) => void
  readonly leaveOut: (what: string, reason: string) => void
  readonly coverage: () => Coverage
}

const maxGaps = 256

/** Counts questions truthfully: asked = answered + silent, and what was never asked stands apart. */
export function createTally(progress: (progress: Progress) => void): Tally {
  const counts = { begun: 0, ended: 0, answered: 0, silent: 0 }
  const unanswered: Gap[] = []
  const leftOut: Gap[] = []
  const note = (gaps: Gap[], what: string, reason: string) =>
    void gaps.push({ what: foreignText(what, 300), reason: foreignText(reason, 100) })
  const tell = () => progress({ done: counts.ended, total: counts.begun })

  return {
    begin() {
      counts.begun += 1
      tell()
    },
    end(what, outcome, reason) {
      counts.ended += 1
      if (outcome === 'left-out') note(leftOut, what, reason ?? 'unknown')
      else {
        counts[outcome] += 1
        if (reason !== null) note(unanswered, what, reason)
      }
      tell()
    },
    leaveOut: (what, reason) => note(leftOut, what, reason),
    coverage: () => ({
      unit: 'queries',
      asked: counts.answered + counts.silent,
      answered: counts.answered,
      silent: counts.silent,
      unanswered: sorted(unanswered),
      leftOut: sorted(leftOut),
    }),
  }
}

const sorted = (gaps: readonly Gap[]) =>
  gaps.toSorted((a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0)).slice(0, maxGaps)
