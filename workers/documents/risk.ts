import type { Severity } from '#db/model/finding.ts'
import { severities } from '#db/model/finding.ts'

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
export function reasonsOf(risk: Risk, now: Date): RiskReason[] {
  const { severity, worstTargets, targets, findings, regressed, notRetested, oldestOpenedAt } = risk
  const days = Math.floor((now.getTime() - oldestOpenedAt.getTime()) / dayMillis)
  const told: RiskReason[] = [
    { code: 'severity', sentence: `It is ${severity} at ${counted(worstTargets, 'target')}.` },
  ]
  if (targets > 1)
    told.push({
      code: 'many-targets',
      sentence: `One remedy mends ${counted(findings, 'finding')} at ${counted(targets, 'target')}.`,
    })
  if (regressed > 0)
    told.push({ code: 'regressed', sentence: `${counted(regressed, 'finding')} had been fixed and came back.` })
  if (days >= longDays) told.push({ code: 'open-long', sentence: `The oldest has been open for ${days} days.` })
  if (notRetested > 0)
    told.push({
      code: 'not-retested',
      sentence: `The last scan did not re-test ${counted(notRetested, 'finding')}: scan again before you call it done.`,
    })
  return told
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
