import { useLocation, useRoute } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Select } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { number } from '../../words/format.ts'
import { shell } from '../../words/shell.ts'
import { tell as words } from '../../words/tell.ts'
import { batchChips } from '../batches/batches.tsx'

const rowStatuses = ['bad', 'duplicate', 'waiting', 'open', 'completed', 'failed', 'cancelled', 'refused'] as const
const rowChips = {
  bad: 'attention',
  duplicate: 'stopped',
  waiting: 'waiting',
  open: 'running',
  completed: 'done',
  failed: 'failed',
  cancelled: 'stopped',
  refused: 'refused',
} as const

/** One list: how far it is, and each row with what became of it. */
export default function BatchPage() {
  const may = useMay()
  const { route, query } = useLocation()
  const id = useRoute().params['id'] ?? ''
  const batch = useAnswer('GET /v1/batches/{id}', { path: { id } }, { everyMillis: 2000 })
  const start = useAct('POST /v1/batches/{id}/start')
  const cancel = useAct('POST /v1/batches/{id}/cancel')
  const status = rowStatuses.find((status) => status === query['status'])
  const rows = usePages(
    'GET /v1/batches/{id}/rows',
    { path: { id }, query: { limit: 100, ...(status === undefined ? {} : { status }) } },
    ({ rows }) => rows,
    { everyMillis: 5000, cursorName: 'after' },
  )
  const data = batch.data
  const isOpen = data !== undefined && data.finishedAt === null
  return (
    <Page
      title={data === undefined || data.name === '' ? words.lists : data.name}
      crumbs={[{ label: shell.pages.batches, href: pathTo('batches') }]}
      state={data === undefined ? undefined : <Chip kind={batchChips[data.status]}>{words.status[data.status]}</Chip>}
      note={
        data === undefined ? undefined : (
          <span>
            {words.purposes[data.purpose]}, <When at={data.createdAt} />{' '}
            {data.detail ?? (data.reason === null ? '' : reasonOf(data.reason))}
          </span>
        )
      }
      actions={
        may('scans:write') && isOpen ? (
          <>
            {data.status === 'previewed' ? (
              <button
                class="button main"
                type="button"
                onClick={() => void start.run({ path: { id } }).then(batch.reload)}
                aria-disabled={start.isBusy}
              >
                {words.start}
              </button>
            ) : null}
            <button class="button" type="button" onClick={() => void cancel.run({ path: { id } }).then(batch.reload)}>
              {words.cancelList}
            </button>
          </>
        ) : undefined
      }
    >
      <Complaint error={start.error ?? cancel.error} />
      <Answer of={batch}>
        {({ counts }) => (
          <p class="statement">
            <a class="n" href={pathTo('batch', { id })}>
              {common.rows(counts.total)}
            </a>
            {rowStatuses
              .filter((status) => counts[status] > 0)
              .map((status) => (
                <span key={status}>
                  {', '}
                  <a class="n" href={pathTo('batch', { id }, { status })}>
                    {number(counts[status])} {words.rowStatus[status].toLowerCase()}
                  </a>
                </span>
              ))}
            .
          </p>
        )}
      </Answer>
      <Section
        id="rows"
        title={words.rows}
        end={
          <a href={`/v1/batches/${id}/results`} download>
            {words.results}
          </a>
        }
      >
        <Select
          name="status"
          label={common.state}
          value={status ?? ''}
          options={[
            { value: '', label: words.allRows },
            ...rowStatuses.map((value) => ({ value, label: words.rowStatus[value] })),
          ]}
          onChange={({ currentTarget }) => route(pathTo('batch', { id }, { status: currentTarget.value }))}
        />
        <Rows of={rows} empty={<p class="soft">{common.none}</p>}>
          {(shown) => (
            <Table
              caption={words.rows}
              rows={shown}
              keyOf={({ row }) => String(row)}
              columns={[
                { key: 'row', head: words.row, isNumber: true, cell: ({ row }) => number(row) },
                {
                  key: 'given',
                  head: words.given,
                  isHead: true,
                  cell: ({ given, scan }) =>
                    scan === null ? (
                      <Theirs text={given} />
                    ) : (
                      <a class="row-link" href={pathTo('scan', { id: scan.id })}>
                        <Theirs text={given} />
                      </a>
                    ),
                },
                {
                  key: 'status',
                  head: common.state,
                  cell: ({ status, reason, detail }) => (
                    <>
                      <Chip kind={rowChips[status]} isPlain>
                        {words.rowStatus[status]}
                      </Chip>
                      <span class="sub">
                        <Theirs text={detail ?? (reason === null ? '' : reasonOf(reason))} />
                      </span>
                    </>
                  ),
                },
              ]}
            />
          )}
        </Rows>
      </Section>
    </Page>
  )
}
