import { createHash } from 'node:crypto'
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

export const findingStates = ['open', 'fixed', 'regressed'] as const
export type FindingState = (typeof findingStates)[number]

/** What people decided about it: an accepted one until a date, a false one for this subject. */
export const decisions = ['none', 'accepted', 'false-positive'] as const
export type Decision = (typeof decisions)[number]

/** Everything that can happen to a finding; the first five by a scan, the others by people, and `reopened` when an acceptance runs out too. */
export const changeKinds = [
  'opened',
  'fixed',
  'regressed',
  'recalibrated',
  'confirmed',
  'accepted',
  'false-positive',
  'reopened',
  'severity',
] as const
export type ChangeKind = (typeof changeKinds)[number]

/**
 * What makes two findings one: the same rule about the same subject of the same target, whatever address, day or banner. The first 32 hex digits of the SHA-256 of
 * `portlight-finding-v1`, rule, target and subject, each on a line of its own.
 */
export const fingerprintOf = ({ rule, target, subject }: { rule: string; target: string; subject: string }): string =>
  createHash('sha256').update(['portlight-finding-v1', rule, target, subject].join('\n')).digest('hex').slice(0, 32)
