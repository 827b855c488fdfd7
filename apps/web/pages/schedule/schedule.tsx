import '../schedules/style.css'
import { useLocation, useRoute } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Page, Section } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { schedules as words } from '../../words/schedules.ts'
import { shell } from '../../words/shell.ts'
import { Became, rhythmOf, whyMissed } from '../schedules/became.tsx'
import { EditSchedule } from '../schedules/edit.tsx'
import { changesOf, type Facts, type Schedule } from '../schedules/facts.ts'
import { whatOf } from '../schedules/schedules.tsx'
import { Strip } from '../schedules/strip.tsx'

export default function SchedulePage() {
  const id = useRoute().params['id'] ?? ''
  const schedule = useAnswer('GET /v1/schedules/{id}', { path: { id } })
  if (schedule.data === undefined)
    return (
      <Page title={shell.pages.schedules}>
        <Answer of={schedule}>{() => null}</Answer>
      </Page>
    )
  return <OneSchedule schedule={schedule.data} reload={schedule.reload} />
}

function OneSchedule({ schedule, reload }: { readonly schedule: Schedule; readonly reload: () => void }) {
  const may = useMay()
  const { route } = useLocation()
  const change = useAct('PATCH /v1/schedules/{id}')
  const rest = useAct('PATCH /v1/schedules/{id}')
  const [isPausing, setPausing] = useState(false)
  const path = { id: schedule.id }
  const setPause = async (pausedReason: string | null, undo?: () => void) => {
    if ((await rest.run({ path, body: { pausedReason } })) === null) return
    say(pausedReason === null ? words.resumedSaid : words.pausedSaid, undo)
    reload()
  }
  const resume = (undo?: () => void) => void setPause(null, undo)
  const pause = (reason: string) => void setPause(reason, () => resume())
  const save = async (facts: Facts) => {
    const body = changesOf(schedule, facts)
    if (Object.keys(body).length > 0 && (await change.run({ path, body })) === null) return
    say(words.saved)
    reload()
  }
  const { nextRuns: _, lastRun: __, ...stored } = schedule
  return (
    <Page
      title={schedule.name === '' ? rhythmOf(schedule) : schedule.name}
      crumbs={[{ label: shell.pages.schedules, href: pathTo('schedules') }]}
      state={schedule.isPaused ? <Chip kind="stopped">{words.paused}</Chip> : undefined}
      note={
        <>
          <span class="mono">{rhythmOf(schedule)}</span> · {whatOf(schedule.targets)}
          {schedule.pausedReason === null ? null : ` · ${schedule.pausedReason}`}
        </>
      }
      actions={
        may('schedules:write') ? (
          <>
            <button
              class="button"
              type="button"
              onClick={() => (schedule.isPaused ? resume(() => pause(schedule.pausedReason ?? '')) : setPausing(true))}
            >
              {schedule.isPaused ? words.resume : words.pause}
            </button>
            <ConfirmedAct
              act="DELETE /v1/schedules/{id}"
              input={{ path }}
              label={words.remove}
              title={words.removeTitle}
              isSmall={false}
              onDone={() => route(pathTo('schedules'))}
            >
              <p>{words.removeText}</p>
            </ConfirmedAct>
          </>
        ) : undefined
      }
    >
      <Complaint error={rest.error} />
      <Section id="next" title={words.next}>
        <Strip runs={schedule.nextRuns} />
      </Section>
      <Runs id={schedule.id} />
      {may('schedules:write') ? (
        <Section id="change" title={words.changed}>
          <EditSchedule
            key={JSON.stringify(stored)}
            schedule={schedule}
            isBusy={change.isBusy}
            error={change.error}
            onSave={(facts) => void save(facts)}
          />
        </Section>
      ) : null}
      {isPausing ? (
        <Dialog
          title={words.pause}
          onClose={() => setPausing(false)}
          foot={
            <button class="button main" type="submit" form="pause" aria-disabled={rest.isBusy}>
              {words.pause}
            </button>
          }
        >
          <form
            id="pause"
            class="form"
            onSubmit={(event) => {
              setPausing(false)
              pause(String(sent(event)['reason']))
            }}
          >
            <p>{words.pauseText}</p>
            <Field name="reason" label={common.reason} required maxLength={300} />
          </form>
        </Dialog>
      ) : null}
    </Page>
  )
}

function Runs({ id }: { readonly id: string }) {
  const { query } = useLocation()
  const isMissedOnly = query['status'] === 'missed'
  const runs = usePages(
    'GET /v1/schedules/{id}/runs',
    { path: { id }, query: { limit: 50, ...(isMissedOnly ? { status: 'missed' as const } : {}) } },
    ({ runs }) => runs,
    { cursorName: 'before' },
  )
  return (
    <Section
      id="runs"
      title={words.runs}
      end={
        <a href={pathTo('schedule', { id }, { status: isMissedOnly ? null : 'missed' })}>
          {isMissedOnly ? words.allRuns : words.missedOnly}
        </a>
      }
    >
      <Rows
        of={runs}
        empty={
          <Empty icon="waiting" title={isMissedOnly ? words.noMissed : words.noRuns}>
            {isMissedOnly ? undefined : words.noRunsText}
          </Empty>
        }
      >
        {(rows) => (
          <Table
            caption={words.runs}
            rows={rows}
            keyOf={({ dueAt }) => dueAt}
            columns={[
              { key: 'due', head: words.due, isHead: true, cell: ({ dueAt }) => <When at={dueAt} as="date" /> },
              {
                key: 'became',
                head: words.became,
                cell: (run) => <Became run={run} />,
              },
              {
                key: 'scans',
                head: common.scan,
                cell: ({ scans }) =>
                  scans.length === 0 ? (
                    '–'
                  ) : (
                    <details>
                      <summary>{words.scans(scans.length)}</summary>
                      <ul>
                        {scans.map(({ targetId, target, scanId, reason }) => (
                          <li key={targetId}>
                            {scanId === null ? (
                              <Theirs text={target} />
                            ) : (
                              <a href={pathTo('scan', { id: scanId })}>
                                <Theirs text={target} />
                              </a>
                            )}{' '}
                            {reason === null ? '' : whyMissed(reason)}
                          </li>
                        ))}
                      </ul>
                    </details>
                  ),
              },
            ]}
          />
        )}
      </Rows>
    </Section>
  )
}
