import { nextInstant, type Timing } from './instants.ts'
import type { RunningPolicy } from './schedule.ts'

/** A window in which nothing begins: once, or again and again for so many minutes. */
export interface Blackout {
  readonly id: string
  /** Null for every target of the organisation. */
  readonly targetId: string | null
  readonly name: string
  readonly running: RunningPolicy
  readonly when:
    | { readonly kind: 'once'; readonly startsAt: Date; readonly endsAt: Date }
    | { readonly kind: 'recurring'; readonly cron: string; readonly zone: string; readonly minutes: number }
}

export interface Window {
  readonly blackout: Blackout
  readonly from: Date
  readonly until: Date
}

/** The window that is open at this instant for this target, of several the one that closes last. */
export function openWindow(blackouts: readonly Blackout[], targetId: string | null, at: Date): Window | undefined {
  return blackouts
    .filter((one) => one.targetId === null || one.targetId === targetId)
    .flatMap((blackout) => {
      const open = openAt(blackout, at)
      return open === null ? [] : [{ blackout, ...open }]
    })
    .sort((one, other) => other.until.getTime() - one.until.getTime())[0]
}

/** Null where it is not open. */
function openAt({ when }: Blackout, at: Date): Pick<Window, 'from' | 'until'> | null {
  if (when.kind === 'once')
    return when.startsAt <= at && at < when.endsAt ? { from: when.startsAt, until: when.endsAt } : null
  const millis = when.minutes * 60_000
  const timing: Timing = { kind: 'cron', cron: when.cron, zone: when.zone }
  // One that begins again before it closed stays open.
  const from = nextInstant(timing, new Date(at.getTime() - millis))
  if (from === null || from > at) return null
  let opened = from
  for (let next = nextInstant(timing, opened); next !== null && next <= at; next = nextInstant(timing, next))
    opened = next
  return { from, until: new Date(opened.getTime() + millis) }
}
