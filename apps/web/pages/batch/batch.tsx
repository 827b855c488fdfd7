import { useLocation, useRoute } from 'preact-iso/router'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Select } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
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
import { batches as listWords } from '../../words/batches.ts'
import { tell as words } from '../../words/tell.ts'
import { batchChips } from '../batches/chips.ts'

type Counts = Operations['GET /v1/batches/{id}']['answer']['counts']

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
            {data.cancelAskedAt === null ? (
              <ConfirmedAct
                act="POST /v1/batches/{id}/cancel"
                input={{ path: { id } }}
                label={words.cancelList}
                title={listWords.cancelTitle}
                stay={listWords.goOn}
                isSmall={false}
                onDone={batch.reload}
              >
                <p>{listWords.cancelText}</p>
              </ConfirmedAct>
            ) : null}
          </>
        ) : undefined
      }
    >
      <Complaint error={start.error} />
      <Answer of={batch}>
        {({ counts, status: stands, ignoredColumns }) => (
          <>
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
              . {stands === 'previewed' ? listWords.previewed(counts.waiting) : ''}
            </p>
            <Progress counts={counts} isRunning={stands === 'running'} />
            {ignoredColumns.length === 0 ? null : (
              <div class="notice">
                <Icon name="attention" />
                <p>
                  <Theirs text={listWords.ignored(ignoredColumns)} />
                </p>
              </div>
            )}
            {counts.bad === 0 || status === 'bad' ? null : (
              <div class="notice unknown">
                <Icon name="attention" />
                <p>
                  <b>{listWords.badRows(counts.bad)}.</b> {listWords.badText}{' '}
                  <a href={pathTo('batch', { id }, { status: 'bad' })}>{listWords.showBad}</a>
                </p>
              </div>
            )}
          </>
        )}
      </Answer>
      <Section
        id="rows"
        title={words.rows}
        end={
          <a href={`/v1/batches/${id}/results${status === undefined ? '' : `?status=${status}`}`} download>
            {words.results}
          </a>
        }
      >
        <div class="narrow-field">
          <Select
            name="status"
            label={common.state}
            value={status ?? ''}
            options={[
              { value: '', label: words.allRows },
              ...rowStatuses.map((value) => ({ value, label: words.rowStatus[value] })),
            ]}
            onChange={({ currentTarget }) => route(pathTo('batch', { id }, { status: currentTarget.value }), true)}
          />
        </div>
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
                  key: 'target',
                  head: listWords.target,
                  cell: ({ target, isNewTarget }) =>
                    target === null ? (
                      '–'
                    ) : (
                      <>
                        <Theirs text={target.display} />
                        <span class="sub">{isNewTarget ? listWords.isNew : listWords.isKnown}</span>
                      </>
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

/** How many rows that are scanned have ended. */
function Progress({ counts, isRunning }: { readonly counts: Counts; readonly isRunning: boolean }) {
  const { completed, failed, cancelled, refused, waiting, open } = counts
  const ended = completed + failed + cancelled + refused
  const all = ended + waiting + open
  if (!isRunning || all === 0) return null
  return (
    <p class="stack">
      <progress value={ended} max={all} aria-label={listWords.progress(ended, all)} />
      <span class="soft s">{listWords.progress(ended, all)}</span>
    </p>
  )
}
