import '../schedules/style.css'
import { useMay } from '../../api/me.ts'
import { usePages } from '../../api/use-pages.ts'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { pathTo } from '../../paths.ts'
import { duration } from '../../words/format.ts'
import { targets as words } from '../../words/targets.ts'
import { Strip } from '../schedules/strip.tsx'
import type { Target } from './target.tsx'

const runsShown = 5

/** Which schedules reach this target, by its id, a tag or as one of all, and when each runs next. */
export function Schedules({ target }: { readonly target: Target }) {
  const may = useMay()
  const pages = usePages('GET /v1/schedules', { query: { target: target.id, limit: 20 } }, ({ schedules }) => schedules)
  return (
    <Section
      id="schedule"
      title={words.tabs.schedule}
      note={words.scheduleNote}
      end={<a href={pathTo('schedules')}>{words.allSchedules}</a>}
    >
      <Rows
        of={pages}
        empty={
          <Empty
            icon="schedules"
            title={words.noSchedule}
            action={
              may('schedules:write') ? (
                <a class="button" href={pathTo('schedules')}>
                  {words.toSchedules}
                </a>
              ) : undefined
            }
          >
            {words.noScheduleText}
          </Empty>
        }
      >
        {(schedules) => (
          <ul class="rows">
            {schedules.map(({ id, name, cron, everySeconds, zone, isPaused, nextRuns }) => (
              <li key={id} class="stack">
                <h3>
                  <a class="row-link" href={pathTo('schedule', { id })}>
                    {name === '' ? words.unnamed : name}
                  </a>
                </h3>
                <p class="meta">
                  <span class="mono">{cron ?? words.every(duration((everySeconds ?? 0) * 1000))}</span>
                  <span>{zone}</span>
                  {isPaused ? (
                    <Chip kind="stopped" isPlain>
                      {words.paused}
                    </Chip>
                  ) : null}
                </p>
                {isPaused ? null : <Strip runs={nextRuns.slice(0, runsShown)} />}
              </li>
            ))}
          </ul>
        )}
      </Rows>
    </Section>
  )
}
