import type { Evidence, Observation } from '#db/model/finding.ts'

/** A question that could not be told, and why, in kebab-case. */
export class Unknown {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/** What a rule says of one subject: the evidence or `true` where something is wrong, `false` where it is not, null where the question does not arise. */
export type Answer = Evidence | Unknown | boolean | null

export interface Subject {
  readonly subject: string
  readonly address: string | null
}

export function observe({ subject, address }: Subject, answer: Answer): Observation[] {
  if (answer === null) return []
  if (answer instanceof Unknown) return [{ subject, address, verdict: 'unknown', reason: answer.reason }]
  if (typeof answer === 'boolean') return [{ subject, address, verdict: answer ? 'present' : 'absent' }]
  return [{ subject, address, verdict: 'present', evidence: answer }]
}

const isWrong = (answer: Answer) => answer !== null && answer !== false && !(answer instanceof Unknown)

/** One answer for several: what is wrong outweighs what is not known, and that what is good. */
export function worst(answers: readonly Answer[]): Answer {
  return (
    answers.find(isWrong) ??
    answers.find((answer) => answer instanceof Unknown) ??
    answers.find((answer) => answer === false) ??
    null
  )
}
