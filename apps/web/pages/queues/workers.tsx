import { useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { list, megabytes } from '../../words/format.ts'
import { queues as words } from '../../words/queues.ts'
import { Reasoned } from './reasoned.tsx'
import { versionsOf } from './versions.ts'

type Worker = Operations['GET /v1/instance/workers']['answer']['workers'][number]

const askMillis = 3000

/** Who works, on what, and since when nothing was heard of them. */
export function Workers() {
  const isAdmin = useMay()('instance:write')
  const workers = useAnswer('GET /v1/instance/workers', {}, { everyMillis: askMillis })
  const [moving, setMoving] = useState<Worker | null>(null)
  const all = workers.data?.workers ?? []
  return (
    <Section
      id="workers"
      title={words.workers}
      note={
        workers.data === undefined
          ? undefined
          : words.workersNote(all.filter((one) => !one.isSilent).length, all.length)
      }
    >
      <Answer of={workers}>
        {({ workers }) =>
          workers.length === 0 ? (
            <Empty icon="queues" title={words.noWorkers}>
              {words.noWorkersText}
            </Empty>
          ) : (
            <>
              <Versions workers={workers} />
              <Table
                caption={words.workers}
                rows={workers}
                keyOf={({ id }) => id}
                columns={columnsFor(isAdmin ? setMoving : null)}
              />
            </>
          )
        }
      </Answer>
      {moving === null ? null : <Move worker={moving} onClose={() => setMoving(null)} onMoved={workers.reload} />}
    </Section>
  )
}

/** Said only where it differs: an upgrade that is on its way, or one that was forgotten. */
function Versions({ workers }: { readonly workers: readonly Worker[] }) {
  const versions = versionsOf(workers)
  return versions.length < 2 ? null : (
    <div class="notice" role="note">
      <Icon name="attention" />
      <p>
        {words.versions(versions.length)} {list(versions.map(({ version, count }) => words.versionsOf(version, count)))}
        .
      </p>
    </div>
  )
}

const columnsFor = (onMove: ((worker: Worker) => void) | null): readonly Column<Worker>[] => [
  {
    key: 'worker',
    head: words.worker,
    isHead: true,
    cell: ({ host, pid }) => (
      <>
        {host}
        <span class="sub">{words.process(pid)}</span>
      </>
    ),
  },
  { key: 'version', head: words.version, className: 'soft', cell: ({ version }) => version },
  { key: 'since', head: words.since, cell: ({ startedAt }) => <When at={startedAt} /> },
  { key: 'heard', head: words.heard, cell: (worker) => <Heard worker={worker} /> },
  { key: 'doing', head: words.doing, cell: (worker) => <Doing worker={worker} /> },
  {
    key: 'slots',
    head: words.slots,
    isNumber: true,
    cell: ({ scans, concurrency }) => words.slotsOf(scans.length, concurrency),
  },
  { key: 'memory', head: words.memory, isNumber: true, cell: ({ memoryBytes }) => megabytes(memoryBytes) },
  ...(onMove === null
    ? []
    : [
        {
          key: 'act',
          head: words.act,
          isAct: true,
          cell: (worker: Worker) => (
            <button class="button small" type="button" onClick={() => onMove(worker)}>
              {worker.drain === null ? words.drain : words.undrain}
              <span class="visually-hidden"> {nameOf(worker)}</span>
            </button>
          ),
        },
      ]),
]

const nameOf = ({ host, pid }: Worker) => `${host} (${pid})`

const Heard = ({ worker: { seenSeconds, isSilent } }: { readonly worker: Worker }) => (
  <Chip kind={isSilent ? 'unknown' : 'ok'} isPlain>
    {words.ago(words.seconds(seenSeconds))}
  </Chip>
)

function Doing({ worker: { scans, drain, isStopping, isSilent } }: { readonly worker: Worker }) {
  return (
    <>
      {isStopping ? <span class="sub">{words.stopping}</span> : null}
      {drain === null ? null : (
        <span class="sub">{(drain.isHeard ? words.draining : words.drainAsked)(drain.reason, drain.by)}</span>
      )}
      {isSilent ? <span class="sub">{words.doingUnknown}</span> : null}
      {scans.length === 0 ? (
        isSilent ? null : (
          words.idle
        )
      ) : (
        <ul class="doing">
          {scans.map(({ id, target, attempt, scanners }) => (
            <li key={id}>
              <a href={pathTo('job', { scan: id })}>
                <Theirs text={target} />
              </a>{' '}
              <span class="soft s">{[...scanners, ...(attempt > 1 ? [words.takenOver(attempt)] : [])].join(', ')}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Move({
  worker,
  onClose,
  onMoved,
}: {
  readonly worker: Worker
  readonly onClose: () => void
  readonly onMoved: () => void
}) {
  const drain = useAct('POST /v1/instance/workers/{id}/drain')
  const resume = useAct('POST /v1/instance/workers/{id}/resume')
  const isDrain = worker.drain === null
  const name = nameOf(worker)
  const move = async (reason: string) => {
    if ((await (isDrain ? drain : resume).run({ path: { id: worker.id }, body: { reason } })) === null) return
    onClose()
    onMoved()
    say((isDrain ? words.drainDone : words.undrainDone)(name))
  }
  return (
    <Reasoned
      title={(isDrain ? words.drainTitle : words.undrainTitle)(name)}
      act={isDrain ? words.drain : words.undrain}
      text={isDrain ? words.drainText : words.undrainText}
      isBusy={drain.isBusy || resume.isBusy}
      error={drain.error ?? resume.error}
      onAct={(reason) => void move(reason)}
      onClose={onClose}
    />
  )
}
