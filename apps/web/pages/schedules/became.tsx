import { Chip } from '../../parts/marks.tsx'
import { duration } from '../../words/format.ts'
import { reasonOf } from '../../words/findings.ts'
import { schedules as words } from '../../words/schedules.ts'
import type { Schedule } from './facts.ts'

/** When it is due, in short. */
export const rhythmOf = ({ cron, everySeconds, zone }: Pick<Schedule, 'cron' | 'everySeconds' | 'zone'>): string =>
  cron === null ? words.everyLong(duration((everySeconds ?? 0) * 1000)) : `${cron} (${zone})`

const chips = { waiting: 'queued', running: 'running', ended: 'done', missed: 'missed' } as const
const reasons: Readonly<Record<string, string>> = words.reasons

/** Why a run, or a target of it, was left out. */
export const whyMissed = (reason: string): string => reasons[reason] ?? reasonOf(reason)

/** What became of a run that was owed. */
export const Became = ({
  run: { status, reason, detail },
}: {
  readonly run: Pick<NonNullable<Schedule['lastRun']>, 'status' | 'reason' | 'detail'>
}) => (
  <>
    <Chip kind={chips[status]} isPlain>
      {words.statuses[status]}
    </Chip>
    {reason === null ? null : (
      <span class="sub">
        {whyMissed(reason)} {detail}
      </span>
    )}
  </>
)
