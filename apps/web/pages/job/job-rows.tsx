import { useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { ScanChip } from '../../parts/marks.tsx'
import { Empty } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { TickAll, tickColumn, useTicks } from '../../parts/ticks.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { number } from '../../words/format.ts'
import { jobs as words } from '../../words/jobs.ts'
import { type Act, ActOnJobs } from './act.tsx'
import { askedBy, type Filter, namedBy, type ScanFilter } from './filter.ts'

type Job = Operations['GET /v1/instance/scans']['answer']['scans'][number]

const askMillis = 3000
const acts = ['retry', 'cancel', 'prioritise'] as const

/** The jobs that match, and what can be done to those that are chosen, or to all. */
export function JobRows({ filter }: { readonly filter: Filter }) {
  const isAdmin = useMay()('instance:write')
  const pages = usePages('GET /v1/instance/scans', { query: { limit: 50, ...askedBy(filter) } }, ({ scans }) => scans, {
    everyMillis: askMillis,
  })
  const ticks = useTicks()
  const [acting, setActing] = useState<{ readonly act: Act; readonly filter: ScanFilter } | null>(null)
  const chosen = ticks.ticked
  const { count = 0, isCountCut = false } = pages.first ?? {}
  const all = namedBy(filter)
  return (
    <>
      {pages.first === undefined ? null : (
        <p class="job-count" role="status">
          <b>{words.count(count, isCountCut)}</b>
        </p>
      )}
      <Rows
        of={pages}
        empty={
          <Empty
            icon="search"
            title={words.noJobs}
            action={
              <a class="button" href={pathTo('jobs')}>
                {words.showAll}
              </a>
            }
          >
            {words.noJobsText}
          </Empty>
        }
      >
        {(rows) => (
          <>
            {isAdmin ? (
              <p class="choose-all">
                <TickAll ticks={ticks} rows={rows} />
              </p>
            ) : null}
            <Table
              caption={words.jobs}
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                ...(isAdmin
                  ? [tickColumn(ticks, words.chooseHead, ({ target }: Job) => words.choose(target.display))]
                  : []),
                ...columns,
              ]}
            />
          </>
        )}
      </Rows>
      {isAdmin && count > 0 && (chosen.size > 0 || all !== null) ? (
        <div class="bulk" role="region" aria-label={words.acts.retry}>
          <output>{chosen.size > 0 ? words.chosen(chosen.size) : words.allMatching(count, isCountCut)}</output>
          {acts.map((act) => (
            <button
              key={act}
              class="button"
              type="button"
              onClick={() => setActing({ act, filter: chosen.size > 0 ? { ids: [...chosen] } : all! })}
            >
              {words.acts[act]}
            </button>
          ))}
        </div>
      ) : null}
      {acting === null ? null : (
        <ActOnJobs
          {...acting}
          onDone={() => {
            ticks.clear()
            pages.reload()
          }}
          onClose={() => setActing(null)}
        />
      )}
    </>
  )
}

const columns: readonly Column<Job>[] = [
  {
    key: 'target',
    head: common.target,
    isHead: true,
    cell: ({ id, target, organisation }) => (
      <>
        <a class="row-link" href={pathTo('job', { scan: id })}>
          <Theirs text={target.display} />
        </a>
        <span class="sub">{organisation.name}</span>
      </>
    ),
  },
  {
    key: 'status',
    head: common.state,
    cell: ({ status, reason }) => (
      <>
        <ScanChip status={status} isPlain />
        {reason === null ? null : <span class="sub">{reasonOf(reason)}</span>}
      </>
    ),
  },
  { key: 'why', head: words.why, cell: ({ errors }) => <Why errors={errors} /> },
  { key: 'lane', head: words.lane, cell: ({ lane }) => words.lanes[lane] },
  { key: 'attempt', head: words.attempt, isNumber: true, cell: ({ attempt }) => number(attempt) },
  { key: 'asked', head: words.asked, cell: ({ createdAt }) => <When at={createdAt} /> },
]

/** The first run that did not go well, and how many more. */
function Why({ errors: [first, ...more] }: { readonly errors: Job['errors'] }) {
  if (first === undefined) return <>{'–'}</>
  return (
    <>
      <span class="tag">{first.scanner}</span> {first.reason === null ? '' : reasonOf(first.reason)}
      {more.length === 0 ? '' : ` +${number(more.length)}`}
      {first.detail === null ? null : (
        <span class="sub mono">
          <Theirs text={first.detail} />
        </span>
      )}
    </>
  )
}
