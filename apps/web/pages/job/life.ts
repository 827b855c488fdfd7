import type { Operations } from '../../../client/index.ts'

export type Life = Operations['GET /v1/instance/scans/{id}/life']['answer']
export type Step = Life['steps'][number]

export interface Phase {
  readonly kind: 'waits' | 'runs' | 'rests' | 'silent'
  readonly attempt: number | null
  /** In per cent of the axis. */
  readonly from: number
  readonly to: number
}

export interface Axis {
  readonly beganAt: number
  readonly endedAt: number
}

/** What a scan does after a step; a step that changes nothing is left out. */
const after: Readonly<Record<string, Phase['kind'] | 'over'>> = {
  asked: 'waits',
  queued: 'waits',
  claimed: 'runs',
  'lease-ran-out': 'silent',
  'handed-back': 'waits',
  paused: 'rests',
  'queue-paused': 'rests',
  'queue-resumed': 'waits',
  completed: 'over',
  failed: 'over',
  cancelled: 'over',
  refused: 'over',
}

export const isEnd = ({ kind }: Pick<Step, 'kind'>): boolean => after[kind] === 'over'
export const isOver = (steps: readonly Step[]): boolean => steps.some(isEnd)

/** From the first step to the scan's end, or to now while it goes on; what acts did to it later is no part of its life. */
export function axisOf(steps: readonly Step[], now: number): Axis {
  const beganAt = Date.parse(steps[0]?.at ?? new Date(now).toISOString())
  const end = steps.find(isEnd)
  return { beganAt, endedAt: Math.max(beganAt + 1, end === undefined ? now : Date.parse(end.at)) }
}

/** Where an instant lies on the axis, in per cent. */
export const at = ({ beganAt, endedAt }: Axis, instant: number): number =>
  Math.min(100, Math.max(0, (100 * (instant - beganAt)) / (endedAt - beganAt)))

/** What the scan did from when to when, in order, without gaps. */
export function phasesOf(steps: readonly Step[], axis: Axis): Phase[] {
  const turns: { kind: Phase['kind'] | 'over'; attempt: number | null; from: number }[] = []
  for (const step of steps) {
    const kind = after[step.kind]
    const last = turns.at(-1)
    if (kind === undefined || last?.kind === 'over' || (kind === last?.kind && kind !== 'runs')) continue
    turns.push({ kind, attempt: kind === 'runs' ? step.attempt : null, from: at(axis, Date.parse(step.at)) })
  }
  return turns.flatMap(({ kind, ...turn }, i) => {
    const to = turns[i + 1]?.from ?? 100
    return kind === 'over' || to <= turn.from ? [] : [{ kind, ...turn, to }]
  })
}

/** How long after the first step, in milliseconds. */
export const sinceAsked = (steps: readonly Step[], step: Step): number =>
  Date.parse(step.at) - Date.parse(steps[0]?.at ?? step.at)

/** What acts can do with a job as it stands. */
export function actsFor({ status, lane, errors }: Pick<Life['scan'], 'status' | 'lane' | 'errors'>) {
  const isOpen = status === 'queued' || status === 'running'
  const toldNothing = errors.some((run) => run.status === 'failed' || run.status === 'inconclusive')
  return {
    retry: (status === 'failed' || status === 'completed') && toldNothing,
    cancel: isOpen,
    prioritise: status === 'queued' && lane !== 'interactive',
  }
}
