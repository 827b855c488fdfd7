import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { Chip, Count } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { number } from '../../words/format.ts'
import { queues as words } from '../../words/queues.ts'
import type { Room } from './answers.ts'
import { Reasoned } from './reasoned.tsx'

type Queue = Room['queues'][number]

/** Each queue as Postgres knows it, and whether it takes work. */
export function QueueTable({ queues, reload }: { readonly queues: readonly Queue[]; readonly reload: () => void }) {
  const isAdmin = useMay()('instance:write')
  const [moving, setMoving] = useState<Queue | null>(null)
  const columns: readonly Column<Queue>[] = [
    {
      key: 'queue',
      head: words.queue,
      isHead: true,
      cell: ({ queue }) => (
        <>
          {words.names[queue]}
          <span class="sub">{words.about[queue]}</span>
        </>
      ),
    },
    {
      key: 'waiting',
      head: words.waiting,
      isNumber: true,
      cell: ({ queue, waiting }) => <Counted n={waiting} href={waitingHref(queue)} />,
    },
    {
      key: 'oldest',
      head: words.oldest,
      isNumber: true,
      cell: ({ waiting, oldestSeconds }) => (waiting === 0 ? '–' : words.seconds(oldestSeconds)),
    },
    { key: 'rate', head: words.perMinute, isNumber: true, cell: ({ perMinute }) => number(perMinute) },
    {
      key: 'spark',
      head: words.lastHour,
      isHeadHidden: true,
      className: 'sparkcell',
      cell: ({ lastHour }) => <Spark counts={lastHour} />,
    },
    {
      key: 'failed',
      head: words.failed,
      isNumber: true,
      cell: ({ queue, failedShare }) => <FailedShare queue={queue} share={failedShare} />,
    },
    {
      key: 'state',
      head: common.state,
      cell: ({ pause }) =>
        pause === null ? (
          <Chip kind="ok" isPlain>
            {words.takes}
          </Chip>
        ) : (
          <>
            <Chip kind="stopped" isPlain>
              {words.paused(pause.by)}
            </Chip>
            <span class="sub">
              “{pause.reason}”, <When at={pause.pausedAt} />
            </span>
          </>
        ),
    },
    ...(isAdmin
      ? [
          {
            key: 'act',
            head: words.act,
            isAct: true,
            cell: (queue: Queue) => (
              <button class="button small" type="button" onClick={() => setMoving(queue)}>
                {queue.pause === null ? words.pause : words.resume}
                <span class="visually-hidden"> {words.names[queue.queue]}</span>
              </button>
            ),
          },
        ]
      : []),
  ]
  return (
    <Section id="queues" title={words.queues} note={words.queuesNote}>
      <Table caption={words.queues} rows={queues} keyOf={({ queue }) => queue} columns={columns} />
      {moving === null ? null : <Move queue={moving} onClose={() => setMoving(null)} onMoved={reload} />}
    </Section>
  )
}

const Counted = ({ n, href }: { readonly n: number; readonly href: string | null }) =>
  href === null ? number(n) : <Count n={n} href={href} />

const laneOf = (queue: Queue['queue']) => (queue.startsWith('scans-') ? queue.slice('scans-'.length) : null)

function waitingHref(queue: Queue['queue']): string | null {
  const lane = laneOf(queue)
  if (lane !== null) return pathTo('jobs', {}, { status: 'queued', lane })
  return queue === 'mail' ? '?mails=waiting#mails' : queue === 'alerts' ? '?deliveries=waiting#deliveries' : null
}

/** Of what ended within the hour; the link leads to those that did not go well. */
function FailedShare({ queue, share }: { readonly queue: Queue['queue']; readonly share: number | null }) {
  if (share === null) return <>{'–'}</>
  const lane = laneOf(queue)
  const href =
    lane !== null
      ? pathTo('jobs', {}, { status: 'failed', lane, failedHours: 1 })
      : queue === 'mail'
        ? '?mails=dropped#mails'
        : queue === 'alerts'
          ? '?deliveries=given-up#deliveries'
          : null
  return href === null || share === 0 ? (
    <>{words.share(share)}</>
  ) : (
    <a class="n" href={href}>
      {words.share(share)}
    </a>
  )
}

const sparkHeight = 20

function Spark({ counts }: { readonly counts: readonly number[] }) {
  const most = Math.max(1, ...counts)
  const points = counts.map((n, i) => `${i},${sparkHeight - 1 - (n / most) * (sparkHeight - 2)}`).join(' ')
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${counts.length - 1} ${sparkHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <polyline points={points} />
    </svg>
  )
}

function Move({
  queue: { queue, pause },
  onClose,
  onMoved,
}: {
  readonly queue: Queue
  readonly onClose: () => void
  readonly onMoved: () => void
}) {
  const stop = useAct('POST /v1/instance/queues/{queue}/pause')
  const go = useAct('POST /v1/instance/queues/{queue}/resume')
  const isPause = pause === null
  const name = words.names[queue]
  const move = async (reason: string) => {
    if ((await (isPause ? stop : go).run({ path: { queue }, body: { reason } })) === null) return
    onClose()
    onMoved()
    say((isPause ? words.pausedDone : words.resumedDone)(name))
  }
  return (
    <Reasoned
      title={(isPause ? words.pauseTitle : words.resumeTitle)(name)}
      act={isPause ? words.pause : words.resume}
      text={isPause ? words.pauseText : words.resumeText}
      isBusy={stop.isBusy || go.isBusy}
      error={stop.error ?? go.error}
      onAct={(reason) => void move(reason)}
      onClose={onClose}
    />
  )
}
