import type { Severity } from '#db/model/finding.ts'
import { severities } from '#db/model/finding.ts'
import { words } from '#db/model/words/index.ts'
import type { Language } from '#db/model/words/language.ts'

/** What one remedy would mend: all that one rule says is open and nobody has decided about. */
export interface Risk {
  readonly severity: Severity
  /** At the worst severity only, so that many small ones never outweigh a great one. */
  readonly worstTargets: number
  readonly findings: number
  readonly targets: number
  readonly regressed: number
  readonly notRetested: number
  readonly oldestOpenedAt: Date
}

export const riskReasons = ['severity', 'many-targets', 'regressed', 'open-long', 'not-retested'] as const
export interface RiskReason {
  readonly code: (typeof riskReasons)[number]
  readonly sentence: string
}

const longDays = 30
const dayMillis = 86_400_000

/** What to fix first: the worst, of those what mends most targets, then what came back, then what stands longest. No weights, so that everyone can say why one is before another. */
export function byUrgency(left: Risk, right: Risk): number {
  return (
    severities.indexOf(right.severity) - severities.indexOf(left.severity) ||
    right.worstTargets - left.worstTargets ||
    right.regressed - left.regressed ||
    left.oldestOpenedAt.getTime() - right.oldestOpenedAt.getTime()
  )
}

/** Why it stands where it stands, and what to know before one begins. */
export function reasonsOf(risk: Risk, now: Date, language: Language = 'en'): RiskReason[] {
  const days = Math.floor((now.getTime() - risk.oldestOpenedAt.getTime()) / dayMillis)
  const holds: Readonly<Record<RiskReason['code'], boolean>> = {
    severity: true,
    'many-targets': risk.targets > 1,
    regressed: risk.regressed > 0,
    'open-long': days >= longDays,
    'not-retested': risk.notRetested > 0,
  }
  return riskReasons
    .filter((code) => holds[code])
    .map((code) => ({ code, sentence: words[language].told.risk[code]({ ...risk, days }) }))
}
