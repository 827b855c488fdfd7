import './style.css'
import { useLocation } from 'preact-iso/router'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { FilterField, FilterForm } from '../../parts/filter-form.tsx'
import { Select } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { TickAll, tickColumn, useTicks } from '../../parts/ticks.tsx'
import { pathTo } from '../../paths.ts'
import { areSingleKeysOn } from '../../shell/shortcuts.ts'
import { common } from '../../words/common.ts'
import { finding as words } from '../../words/finding.ts'
import { titleOf } from '../../words/findings.ts'
import { shell } from '../../words/shell.ts'
import { standing, targetColumn, what } from './columns.tsx'
import { Decide, type KeptFinding } from './decide.tsx'
import { Facets } from './facets.tsx'
import { askedBy, countedBy, type Filter, type FilterName, filterOf, isSame, sorts, spans } from './filter.ts'
import { useRowKeys } from './row-keys.ts'
import { Views } from './views.tsx'

/** Findings that are kept: filtered, counted and sorted by the server, every view an address. */
export default function Findings() {
  const { query } = useLocation()
  const filter = filterOf(query)
  const counts = useAnswer('GET /v1/findings/counts', { query: countedBy(filter) })
  return (
    <Page
      title={shell.pages.findings}
      actions={
        <a class="button" href="/v1/report?format=csv" download>
          <Icon name="download" />
          {words.exportAll}
        </a>
      }
    >
      <Views filter={filter} total={counts.data?.total} />
      <FilterBar filter={filter} />
      <Facets filter={filter} counts={counts} />
      <Applied filter={filter} />
      <FindingRows filter={filter} total={counts.data?.total} onDecided={counts.reload} />
    </Page>
  )
}

function FilterBar({ filter }: { readonly filter: Filter }) {
  const { route } = useLocation()
  const change = (part: Partial<Filter>) => route(pathTo('findings', {}, { ...filter, ...part }))
  return (
    <FilterForm label={words.narrow} className="findings-filters" typed={['text', 'tag']} change={change}>
      <FilterField name="text" label={words.text} value={filter.text} maxLength={200} />
      <FilterField name="tag" label={words.tag} value={filter.tag} maxLength={50} />
      <Select
        name="since"
        label={words.since}
        value={filter.since}
        options={[
          { value: '', label: words.everSince },
          ...spans.map((value) => ({ value, label: words.spans[value] })),
          ...(filter.since === '' || spans.some((span) => span === filter.since)
            ? []
            : [{ value: filter.since, label: filter.since }]),
        ]}
        onChange={({ currentTarget }) => change({ since: currentTarget.value })}
      />
      <Select
        name="sort"
        label={words.sort}
        value={filter.sort === 'urgency' ? '' : filter.sort}
        options={sorts.map((value) => ({ value: value === 'urgency' ? '' : value, label: words.sorts[value] }))}
        onChange={({ currentTarget }) => change({ sort: currentTarget.value })}
      />
    </FilterForm>
  )
}

/** What else the address asks for, each with the way without it. */
function Applied({ filter }: { readonly filter: Filter }) {
  const target = useAnswer('GET /v1/targets/{id}', filter.target === '' ? null : { path: { id: filter.target } })
  const host = target.data?.id === filter.target ? target.data.display : filter.target
  const said: readonly (readonly [name: FilterName, label: string])[] = [
    ['target', `${common.target}: ${host}`],
    ['rule', `${words.rule}: ${filter.rule}`],
    ['until', words.endsWithin(filter.until)],
    ['text', `${words.text}: ${filter.text}`],
    ['tag', `${words.tag}: ${filter.tag}`],
  ]
  const shown = said.filter(([name]) => filter[name] !== '')
  return shown.length === 0 ? null : (
    <p class="applied">
      {shown.map(([name, label]) => (
        <a
          key={name}
          class="button"
          href={pathTo('findings', {}, { ...filter, [name]: '' })}
          aria-label={words.without(label)}
        >
          <Theirs text={label} />
          <Icon name="close" />
        </a>
      ))}
    </p>
  )
}

function FindingRows({
  filter,
  total,
  onDecided,
}: {
  readonly filter: Filter
  readonly total: number | undefined
  readonly onDecided: () => void
}) {
  const may = useMay()
  const pages = usePages('GET /v1/findings', { query: { limit: 50, ...askedBy(filter) } }, ({ findings }) => findings)
  const ticks = useTicks()
  const [acts, setActs] = useState(0)
  const box = useRowKeys()
  const all = useRef<HTMLInputElement>(null)
  const mayDecide = may('findings:write')
  const rows = pages.rows ?? []
  const chosenRows = rows.filter(({ id }) => ticks.ticked.has(id))
  const decided = () => {
    ticks.clear()
    pages.reload()
    onDecided()
    setActs(acts + 1)
  }
  // The bar that was acted in is gone then.
  useEffect(() => {
    if (acts > 0) all.current?.focus()
  }, [acts])

  const columns: readonly Column<KeptFinding>[] = [
    ...(mayDecide ? [tickColumn(ticks, words.decide, (finding: KeptFinding) => words.choose(titleOf(finding)))] : []),
    ...what,
    targetColumn,
    ...standing,
  ]
  return (
    <Rows
      of={pages}
      empty={
        isSame(filter, {}) ? (
          <Empty
            icon="findings"
            title={words.emptyYet}
            action={
              <a class="button" href={pathTo('targets')}>
                {words.toTargets}
              </a>
            }
          >
            {words.emptyText}
          </Empty>
        ) : (
          <Empty
            icon="findings"
            title={words.empty}
            action={
              <a class="button" href={pathTo('findings')}>
                {words.widen}
              </a>
            }
          />
        )
      }
    >
      {(rows) => (
        <div ref={box}>
          <p class="choose-all">
            {mayDecide ? <TickAll ticks={ticks} rows={rows} box={all} /> : null}
            {total === undefined ? null : <span>{words.shownOf(rows.length, total)}</span>}
            {mayDecide && areSingleKeysOn() ? (
              <span class="keys-hint">
                <kbd>j</kbd> <kbd>k</kbd> {shell.keys.move}, <kbd>x</kbd> {words.tick}
              </span>
            ) : null}
          </p>
          <Table caption={words.list} rows={rows} keyOf={({ id }) => id} columns={columns} className="findings-table" />
          {chosenRows.length === 0 ? null : (
            <div class="bulk" role="region" aria-label={words.decide}>
              <output>{words.chosen(chosenRows.length)}</output>
              <Decide findings={chosenRows} onDecided={decided} />
            </div>
          )}
        </div>
      )}
    </Rows>
  )
}
