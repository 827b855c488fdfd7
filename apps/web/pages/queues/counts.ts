import type { Operations } from '../../../client/index.ts'

export type Counted = Operations['GET /v1/instance/history']['answer']['counts'][number]

const millis = { hour: 3_600_000, day: 86_400_000 } as const
/** What is asked for, and drawn. */
export const spans = { hour: { days: 3, slots: 48 }, day: { days: 30, slots: 30 } } as const

/** The last hours or days up to now, the oldest first; one without a row had nothing. */
export function slotsOf(counts: readonly Counted[], by: 'hour' | 'day', now: number): Counted[] {
  const known = new Map(counts.map((counted) => [Date.parse(counted.at), counted]))
  const last = Math.floor(now / millis[by]) * millis[by]
  const { slots } = spans[by]
  return Array.from({ length: slots }, (_, n) => {
    const at = last - (slots - 1 - n) * millis[by]
    return (
      known.get(at) ?? {
        at: new Date(at).toISOString(),
        accepted: 0,
        completed: 0,
        failed: 0,
        cancelled: 0,
        refused: 0,
      }
    )
  })
}

/** The instant at which a slot is over. */
export const endOf = ({ at }: Pick<Counted, 'at'>, by: 'hour' | 'day'): string =>
  new Date(Date.parse(at) + millis[by]).toISOString()
