import { z } from 'zod'

/** queued → running → one of the other four, which are final: a final scan never changes. */
export const scanStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled', 'refused'] as const
export type ScanStatus = (typeof scanStatuses)[number]

/** As a scan, and two more ends: asked but not told, and not asked at all. Every end but `completed` has a reason. */
export const runStatuses = [
  'queued',
  'running',
  'completed',
  'inconclusive',
  'failed',
  'cancelled',
  'refused',
  'not-asked',
] as const
export type RunStatus = (typeof runStatuses)[number]

/** Whose turn comes first: somebody who waits for the answer, a schedule, a long list. */
export const lanes = ['interactive', 'scheduled', 'bulk'] as const
export type Lane = (typeof lanes)[number]

/** What was told longer ago than this is never taken for an answer to a new question: thirty days. */
export const maxAgeSecondsAtMost = 2_592_000

/** The two that a scan and a run share: it has not ended. */
export const openStatuses = ['queued', 'running'] as const

export const finalStatuses = ['completed', 'failed', 'cancelled', 'refused'] as const

export const isFinal = (status: ScanStatus) => status !== 'queued' && status !== 'running'

/** What a scan ends as once all its runs have ended; only a person makes it `cancelled`. */
export function endOf(runs: readonly RunStatus[]): 'completed' | 'failed' | 'refused' {
  if (runs.some((status) => status === 'completed' || status === 'inconclusive')) return 'completed'
  return runs.includes('failed') ? 'failed' : 'refused'
}

const gap = z.object({
  /** What it is about, in words a reader can match with the result: `8080/tcp at 192.0.2.1`, `SSLv3`. */
  what: z.string().max(300),
  /** Why, in kebab-case or as an errno: `no-answer`, `own-socket`, `EMFILE`, `not-supported`. */
  reason: z.string().max(100),
})

/** How far a run got: nothing that was not asked may look as if it had been. */
export const coverage = z.object({
  /** What is counted: ports, handshakes, queries, requests. */
  unit: z.string().max(40),
  asked: z.number().int().nonnegative(),
  answered: z.number().int().nonnegative(),
  /** Asked, and no answer came: asked = answered + silent. */
  silent: z.number().int().nonnegative(),
  /** Which asks got no usable answer; the first 256. */
  unanswered: z.array(gap).max(256),
  /** What was never asked, and why; the first 256. */
  leftOut: z.array(gap).max(256),
})
export type Coverage = z.output<typeof coverage>

/** Real work done, in the unit of the coverage. */
export const progress = z.object({
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  /** Connections wait for their turn: others ask the same address or network, and all keep to one pace. */
  isWaiting: z.boolean().optional(),
})
export type Progress = z.output<typeof progress>
