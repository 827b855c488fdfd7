import { useLocation } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { FilterField, FilterForm } from '../../parts/filter-form.tsx'
import { Select } from '../../parts/form.tsx'
import { ScanChip } from '../../parts/marks.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { duration, number } from '../../words/format.ts'
import { scans as words } from '../../words/scans.ts'
import { shell } from '../../words/shell.ts'

const statuses = ['queued', 'running', 'completed', 'failed', 'cancelled', 'refused'] as const
const askMillis = 5000

/** Every scan, by host and state; both stand in the address. */
export default function Scans() {
  const { query, route } = useLocation()
  const mayScan = useMay()('scans:write')
  const target = query['target'] ?? ''
  const status = statuses.find((status) => status === query['status'])
  const change = (part: { target?: string; status?: string }) =>
    route(pathTo('scans', {}, { target, status: status ?? '', ...part }))
  const pages = usePages(
    'GET /v1/scans',
    { query: { limit: 50, ...(target === '' ? {} : { target }), ...(status === undefined ? {} : { status }) } },
    ({ scans }) => scans,
    { everyMillis: askMillis },
  )
  return (
    <Page
      title={shell.pages.scans}
      actions={
        mayScan ? (
          <a class="button" href={pathTo('newScan')}>
            {words.begin}
          </a>
        ) : undefined
      }
    >
      <FilterForm label={words.list} className="two-filters" typed={['target']} change={change}>
        <FilterField name="target" label={words.target} placeholder={words.targetHint} value={target} />
        <Select
          name="status"
          label={common.state}
          value={status ?? ''}
          onChange={({ currentTarget }) => change({ status: currentTarget.value })}
          options={[
            { value: '', label: words.all },
            ...statuses.map((value) => ({ value, label: common.scanStatus[value] })),
          ]}
        />
      </FilterForm>
      <Rows
        of={pages}
        empty={
          <Empty
            icon="scans"
            title={target === '' && status === undefined ? words.none : words.empty}
            action={
              mayScan ? (
                <a class="button main" href={pathTo('newScan')}>
                  {words.begin}
                </a>
              ) : undefined
            }
          >
            {mayScan ? words.emptyText : undefined}
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
                key: 'target',
                head: common.target,
                isHead: true,
                cell: ({ id, target }) => (
                  <a class="row-link" href={pathTo('scan', { id })}>
                    <Theirs text={target.display} />
                  </a>
                ),
              },
              {
                key: 'status',
                head: common.state,
                cell: ({ status, reason, rerunOf }) => (
                  <>
                    <ScanChip status={status} isPlain />
                    {reason === null ? null : <span class="sub">{reasonOf(reason)}</span>}
                    {rerunOf === null ? null : <span class="sub">{words.rerun}</span>}
                  </>
                ),
              },
              { key: 'asked', head: words.asked, cell: ({ createdAt }) => <When at={createdAt} /> },
              {
                key: 'ended',
                head: words.ended,
                cell: ({ finishedAt }) => (finishedAt === null ? '–' : <When at={finishedAt} />),
              },
              {
                key: 'took',
                head: words.took,
                isNumber: true,
                cell: ({ startedAt, finishedAt }) =>
                  startedAt === null || finishedAt === null
                    ? '–'
                    : duration(Date.parse(finishedAt) - Date.parse(startedAt)),
              },
              { key: 'results', head: words.results, isNumber: true, cell: ({ resultCount }) => number(resultCount) },
            ]}
          />
        )}
      </Rows>
    </Page>
  )
}
