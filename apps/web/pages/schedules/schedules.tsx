import '../target/style.css'
import './style.css'
import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { usePages } from '../../api/use-pages.ts'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Page, Section } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { list } from '../../words/format.ts'
import { schedules as words } from '../../words/schedules.ts'
import { shell } from '../../words/shell.ts'
import { Blackouts } from './blackouts.tsx'
import { EditSchedule, type Schedule } from './edit.tsx'

export const momentOf = ({ cron, everySeconds, zone }: Pick<Schedule, 'cron' | 'everySeconds' | 'zone'>): string =>
  cron === null ? words.everySeconds(everySeconds ?? 0) : `${cron} (${zone})`

export default function Schedules() {
  const may = useMay()
  const { route } = useLocation()
  const [isMaking, setMaking] = useState(false)
  const make = useAct('POST /v1/schedules')
  const pages = usePages('GET /v1/schedules', { query: { limit: 50 } }, ({ schedules }) => schedules)
  return (
    <Page
      title={shell.pages.schedules}
      actions={
        may('schedules:write') ? (
          <button class="button main" type="button" aria-expanded={isMaking} onClick={() => setMaking(!isMaking)}>
            {words.make}
          </button>
        ) : undefined
      }
    >
      {isMaking ? (
        <Section id="make" title={words.make}>
          <EditSchedule
            isBusy={make.isBusy}
            error={make.error}
            onSave={(body) =>
              void make.run({ body }).then((made) => made && route(pathTo('schedule', { id: made.answer.id })))
            }
          />
        </Section>
      ) : null}
      <Rows
        of={pages}
        empty={
          <Empty icon="schedules" title={words.empty}>
            {words.emptyText}
          </Empty>
        }
      >
        {(rows) => (
          <Table
            caption={words.list}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'name',
                head: words.name,
                isHead: true,
                cell: (schedule) => (
                  <>
                    <a class="row-link" href={pathTo('schedule', { id: schedule.id })}>
                      {schedule.name}
                    </a>
                    <span class="sub mono">{momentOf(schedule)}</span>
                  </>
                ),
              },
              {
                key: 'what',
                head: words.what,
                cell: ({ targets }) =>
                  targets.tags === null
                    ? targets.ids === null
                      ? words.all
                      : String(targets.ids.length)
                    : list(targets.tags),
              },
              {
                key: 'next',
                head: words.nextRun,
                cell: ({ isPaused, pausedReason, nextRuns }) =>
                  isPaused ? (
                    <>
                      <Chip kind="stopped" isPlain>
                        {words.paused}
                      </Chip>
                      <span class="sub">{pausedReason}</span>
                    </>
                  ) : (
                    <When at={nextRuns[0]?.at ?? null} />
                  ),
              },
            ]}
          />
        )}
      </Rows>
      <Blackouts />
    </Page>
  )
}
