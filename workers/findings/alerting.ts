import type { AlertRoute } from '#db/model/alert.ts'
import { type Severity, severities } from '#db/model/finding.ts'
import { nextInstant } from '#db/model/schedule/instants.ts'
import { zoneOf } from '#db/model/schedule/zone.ts'

export interface RoutedAlert {
  readonly targetId: string
  readonly tags: readonly string[]
  readonly severity: Severity
  /** The target's own threshold, where it has one. */
  readonly targetLeastSeverity: Severity | null
}

const isAtLeast = (severity: Severity, least: Severity) => severities.indexOf(severity) >= severities.indexOf(least)

/** Whether a route takes an alert: of its targets or tags, or of all where it names neither, and severe enough. */
export function takes(
  { targetIds, targetTags, leastSeverity }: AlertRoute,
  { targetId, tags, severity, targetLeastSeverity }: RoutedAlert,
): boolean {
  if (!isAtLeast(severity, targetLeastSeverity ?? leastSeverity)) return false
  if (targetIds === null && targetTags === null) return true
  return (targetIds ?? []).includes(targetId) || (targetTags ?? []).some((tag) => tags.includes(tag))
}

/** So that what one cause changed at many targets is one message. */
const gatheringMillis = 60_000
const dayMillis = 86_400_000

/** When a route tells of an alert that came true at this instant: gathered, in its digest, and not in its quiet hours but for what is critical. */
export function sendAfter({ digestCron, quiet, zone }: AlertRoute, severity: Severity, at: Date): Date {
  const gathered = new Date(at.getTime() + gatheringMillis)
  if (severity === 'critical') return gathered
  const digest =
    digestCron === null ? gathered : (nextInstant({ kind: 'cron', cron: digestCron, zone }, at) ?? gathered)
  return quiet === null ? digest : endOfQuiet(quiet, zone, digest)
}

/** The instant itself where it is not quiet; a time of `22:00` to `07:00` ends the next morning. */
function endOfQuiet({ from, to }: { readonly from: string; readonly to: string }, zoneName: string, at: Date): Date {
  const zone = zoneOf(zoneName)
  const local = at.getTime() + zone.offsetAt(at.getTime())
  const today = Math.floor(local / dayMillis) * dayMillis
  const [begins, ends, now] = [minutesOf(from), minutesOf(to), (local - today) / 60_000]
  const isQuiet = begins <= ends ? begins <= now && now < ends : now >= begins || now < ends
  if (!isQuiet) return at
  const endsAt = (now < ends ? today : today + dayMillis) + ends * 60_000
  return new Date(zone.instantsOf(endsAt)[0] ?? zone.endOfGap(endsAt))
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
