import './style.css'
import { useMay } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Page } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { queues as words } from '../../words/queues.ts'
import { shell } from '../../words/shell.ts'
import { Outward } from '../instance/outward.tsx'
import { answersIn, type Room, waitingScans } from './answers.ts'
import { Causes } from './causes.tsx'
import { History } from './history.tsx'
import { NoRole } from './no-role.tsx'
import { Outboxes } from './outboxes.tsx'
import { QueueTable } from './queue-table.tsx'
import { StuckTable } from './stuck-table.tsx'
import { Workers } from './workers.tsx'

const askMillis = 3000
/** What the sentence at the top counts. */
const toRetryFilter = { failedHours: 24, retry: 'none', limit: 1 } as const

/** The queue room: is anything stuck, why scans fail, what waits and who works, and the switch that stops everything. */
export default function Queues() {
  const may = useMay()
  return may('instance:read') ? (
    <QueueRoom />
  ) : (
    <Page title={shell.pages.queues}>
      <NoRole />
    </Page>
  )
}

function QueueRoom() {
  const room = useAnswer('GET /v1/instance/queues', {}, { everyMillis: askMillis })
  const stuck = room.data?.stuck.length ?? 0
  return (
    <Page
      title={shell.pages.queues}
      state={stuck === 0 ? undefined : <Chip kind="attention">{words.needsYou(stuck)}</Chip>}
      note={room.data === undefined ? undefined : <span>{words.note(words.backends[room.data.backend])}</span>}
      actions={
        <>
          <a class="button" href="/admin/queues">
            {words.raw}
          </a>
          <a class="button" href={pathTo('jobs')}>
            {words.allJobs}
          </a>
        </>
      }
    >
      <Answer of={room}>
        {(room) => (
          <>
            <Statement room={room} />
            <StuckTable answers={answersIn(room)} room={room} />
          </>
        )}
      </Answer>
      <Causes />
      <Answer of={room}>{({ queues }) => <QueueTable queues={queues} reload={room.reload} />}</Answer>
      <Workers />
      <Outboxes />
      <History />
      <Outward />
    </Page>
  )
}

/** Whether anything is stuck, in a sentence whose numbers lead to their rows. */
function Statement({ room }: { readonly room: Room }) {
  const toRetry = useAnswer('GET /v1/instance/scans', { query: toRetryFilter }, { everyMillis: askMillis })
  const { count, oldestSeconds } = waitingScans(room)
  return (
    <p class="statement">
      {room.stuck.length === 0 ? words.nothingStuck : words.isStuck(room.stuck.length)}{' '}
      {count === 0 ? (
        words.noScanWaits
      ) : (
        <>
          <a class="n" href={pathTo('jobs', {}, { status: 'queued' })}>
            {words.scansWait(count)}
          </a>{' '}
          ({words.seconds(oldestSeconds)})
        </>
      )}
      {words.and}
      {room.running === 0 ? (
        words.noneRuns
      ) : (
        <a class="n" href={pathTo('jobs', {}, { status: 'running' })}>
          {words.scansRun(room.running)}
        </a>
      )}
      .{' '}
      {toRetry.data === undefined ? null : toRetry.data.count === 0 ? (
        words.nothingFailed
      ) : (
        <>
          <a
            class="n"
            href={pathTo('jobs', {}, { failedHours: toRetryFilter.failedHours, retry: toRetryFilter.retry })}
          >
            {words.toRetry(toRetry.data.count, toRetry.data.isCountCut)}
          </a>
          {words.toRetryAfter} (<a href="#causes">{words.why}</a>).
        </>
      )}
    </p>
  )
}
