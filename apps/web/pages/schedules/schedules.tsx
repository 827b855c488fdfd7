import './style.css'
import { useLocation } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { usePages } from '../../api/use-pages.ts'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Page, Section, Tabs } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { list } from '../../words/format.ts'
import { schedules as words } from '../../words/schedules.ts'
import { shell } from '../../words/shell.ts'
import { Became, rhythmOf } from './became.tsx'
import { Blackouts } from './blackouts.tsx'
import { EditSchedule } from './edit.tsx'
import type { Schedule } from './facts.ts'

const tabs = ['schedules', 'make', 'windows'] as const

export default function Schedules() {
  const may = useMay()
  const { query } = useLocation()
  const mayWrite = may('schedules:write')
  const shown = tabs.filter((one) => one !== 'make' || mayWrite)
  const tab = shown.find((one) => one === query['tab']) ?? 'schedules'
  return (
    <Page title={shell.pages.schedules}>
      <Tabs
        label={words.parts}
        tabs={shown.map((one) => ({
          label: words.tabs[one],
          href: pathTo('schedules', {}, { tab: one === 'schedules' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'schedules' ? <List mayWrite={mayWrite} /> : null}
      {tab === 'make' ? <Make /> : null}
      {tab === 'windows' ? <Blackouts /> : null}
    </Page>
  )
}

function Make() {
  const { route } = useLocation()
  const make = useAct('POST /v1/schedules')
  return (
    <Section id="make" title={words.make}>
      <EditSchedule
        isBusy={make.isBusy}
        error={make.error}
        onSave={(body) =>
          void make.run({ body }).then((made) => made && route(pathTo('schedule', { id: made.answer.id })))
        }
      />
    </Section>
  )
}

function List({ mayWrite }: { readonly mayWrite: boolean }) {
  const pages = usePages('GET /v1/schedules', { query: { limit: 50 } }, ({ schedules }) => schedules)
  return (
    <Rows
      of={pages}
      empty={
        <Empty
          icon="schedules"
          title={words.empty}
          action={
            mayWrite ? (
              <a class="button main" href={pathTo('schedules', {}, { tab: 'make' })}>
                {words.make}
              </a>
            ) : undefined
          }
        >
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
                    {schedule.name === '' ? rhythmOf(schedule) : schedule.name}
                  </a>
                  <span class="sub mono">{rhythmOf(schedule)}</span>
                </>
              ),
            },
            { key: 'what', head: words.what, cell: ({ targets }) => whatOf(targets) },
            { key: 'next', head: words.nextRun, cell: (schedule) => <Next schedule={schedule} /> },
            {
              key: 'last',
              head: words.lastRun,
              cell: ({ id, lastRun }) =>
                lastRun === null ? (
                  <span class="faint">{words.neverYet}</span>
                ) : (
                  <>
                    <a href={`${pathTo('schedule', { id })}#runs`}>
                      <When at={lastRun.dueAt} />
                    </a>{' '}
                    <Became run={lastRun} />
                  </>
                ),
            },
          ]}
        />
      )}
    </Rows>
  )
}

/** What it scans, in short. */
export const whatOf = ({ tags, ids }: Schedule['targets']): string =>
  tags === null && ids === null
    ? words.all
    : list([...(tags ?? []), ...(ids === null ? [] : [words.targetsNamed(ids.length)])])

const Next = ({ schedule: { isPaused, pausedReason, nextRuns } }: { readonly schedule: Schedule }) => {
  const [next] = nextRuns
  if (isPaused)
    return (
      <>
        <Chip kind="stopped" isPlain>
          {words.paused}
        </Chip>
        <span class="sub">{pausedReason}</span>
      </>
    )
  if (next === undefined) return <span class="faint">{words.noNext}</span>
  return (
    <>
      <When at={next.at} />
      {next.blackout === null ? null : <span class="sub">{words.held(next.blackout)}</span>}
    </>
  )
}
