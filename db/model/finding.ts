import { z } from 'zod'

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const
export const severity = z.enum(severities)
export type Severity = z.infer<typeof severity>

export const verdicts = ['present', 'absent', 'unknown'] as const
export type Verdict = (typeof verdicts)[number]

/** Facts behind a verdict, as JSON. What a target sent is kept as bounded text and never interpreted. */
export type Evidence = { readonly [name: string]: string | number | boolean | null | readonly (string | number)[] }

/** What one rule saw of one subject at one address. What was not asked gets no observation. */
export interface Observation {
  /** Stable: what the finding is about (`5432/tcp`, `example.org MX`), never a date or a banner. */
  readonly subject: string
  readonly address: string | null
  readonly verdict: Verdict
  /** Why it could not be told, in kebab-case; stands beside `unknown` and nowhere else. */
  readonly reason?: string
  readonly evidence?: Evidence
}

/** An observation, and the rule that made it. */
export interface Judgement extends Observation {
  readonly rule: string
}
