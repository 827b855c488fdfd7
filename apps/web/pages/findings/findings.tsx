import './style.css'
import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { Field, Select, sent } from '../../parts/form.tsx'
import { SeverityMark } from '../../parts/marks.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as words } from '../../words/finding.ts'
import { titleOf } from '../../words/findings.ts'
import { shell } from '../../words/shell.ts'
import { Decide, type KeptFinding } from './decide.tsx'
import { andWorse, askedBy, decisions, type Filter, filterOf, leastOf, severities, sorts, states } from './filter.ts'
import { Standing } from './standing.tsx'
import { Views } from './views.tsx'

/** Findings that are kept: filtered and sorted by the server, every view an address. */
export default function Findings() {
  const { query } = useLocation()
  const filter = filterOf(query)
  return (
    <Page title={shell.pages.findings}>
      <Views filter={filter} />
      <FilterBar filter={filter} />
      <FindingRows filter={filter} />
    </Page>
  )
}

function FilterBar({ filter }: { readonly filter: Filter }) {
  const { route } = useLocation()
  const change = (part: Partial<Filter>) => route(pathTo('findings', {}, { ...filter, ...part }))
  const select = (
    name: keyof Filter,
    label: string,
    options: { value: string; label: string }[],
    value: string = filter[name],
  ) => (
    <Select
      name={name}
      label={label}
      value={value}
      options={options}
      onChange={({ currentTarget }) => change({ [name]: currentTarget.value })}
    />
  )
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        const { text = '', tag = '' } = sent(event) as Record<string, string>
        change({ text: text.trim(), tag: tag.trim() })
      }}
    >
      <Field
        key={filter.text}
        name="text"
        type="search"
        label={words.text}
        defaultValue={filter.text}
        maxLength={200}
      />
      {select('state', common.state, [
        { value: '', label: words.notFixed },
        ...states.map((value) => ({ value, label: common.findingState[value] })),
        { value: 'all', label: words.allStates },
      ])}
      {select(
        'severity',
        words.severity,
        [
          { value: '', label: words.allSeverities },
          ...severities.map((value) => ({
            value: andWorse(value),
            label: value === 'critical' ? common.severity.critical : words.andWorse(common.severity[value]),
          })),
        ],
        leastOf(filter.severity) === '' ? '' : filter.severity,
      )}
      {select('decision', words.decision, [
        { value: '', label: words.allDecisions },
        ...decisions.map((value) => ({ value, label: words.decisions[value] })),
      ])}
      {select('retested', words.retest, [
        { value: '', label: words.allRetests },
        { value: 'true', label: words.retested },
        { value: 'false', label: words.notRetested },
      ])}
      <Field key={`tag ${filter.tag}`} name="tag" label={words.tag} defaultValue={filter.tag} maxLength={50} />
      {select(
        'sort',
        words.sort,
        sorts.map((value) => ({ value: value === 'urgency' ? '' : value, label: words.sorts[value] })),
      )}
      <button class="visually-hidden" type="submit">
        {shell.find}
      </button>
    </form>
  )
}

function FindingRows({ filter }: { readonly filter: Filter }) {
  const may = useMay()
  const pages = usePages('GET /v1/findings', { query: { limit: 50, ...askedBy(filter) } }, ({ findings }) => findings)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const mayDecide = may('findings:write')
  const rows = pages.rows ?? []
  const chosenRows = rows.filter(({ id }) => chosen.has(id))
  const choose = (ids: readonly string[], isChosen: boolean) =>
    setChosen((before) => new Set(isChosen ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))))

  const columns: readonly Column<KeptFinding>[] = [
    ...(mayDecide
      ? [
          {
            key: 'choose',
            head: words.decide,
            isHeadHidden: true,
            cell: (finding: KeptFinding) => (
              <label class="tick">
                <input
                  type="checkbox"
                  aria-label={words.choose(titleOf(finding))}
                  checked={chosen.has(finding.id)}
                  onChange={({ currentTarget }) => choose([finding.id], currentTarget.checked)}
                />
              </label>
            ),
          },
        ]
      : []),
    { key: 'severity', head: words.severity, cell: ({ severity }) => <SeverityMark severity={severity} /> },
    {
      key: 'what',
      head: words.what,
      isHead: true,
      cell: (finding) => (
        <>
          <a class="row-link" href={pathTo('finding', { id: finding.id })}>
            {titleOf(finding)}
          </a>
          <span class="sub mono">
            <Theirs text={finding.subject} />
          </span>
        </>
      ),
    },
    {
      key: 'target',
      head: common.target,
      cell: ({ target }) => (
        <a href={pathTo('target', { id: target.id })}>
          <Theirs text={target.display} />
        </a>
      ),
    },
    { key: 'state', head: common.state, cell: (finding) => <Standing finding={finding} /> },
    { key: 'open', head: words.openSince, cell: ({ openedAt }) => <When at={openedAt} /> },
    { key: 'confirmed', head: words.lastConfirmed, cell: ({ lastConfirmedAt }) => <When at={lastConfirmedAt} /> },
  ]
  return (
    <Rows
      of={pages}
      empty={
        <Empty
          icon="findings"
          title={words.empty}
          action={
            <a class="button" href={pathTo('targets')}>
              {words.toTargets}
            </a>
          }
        >
          {words.emptyText}
        </Empty>
      }
    >
      {(rows) => (
        <>
          {mayDecide ? (
            <p class="choose-all">
              <label>
                <input
                  type="checkbox"
                  checked={chosenRows.length === rows.length}
                  onChange={({ currentTarget }) =>
                    choose(
                      rows.map(({ id }) => id),
                      currentTarget.checked,
                    )
                  }
                />{' '}
                {words.chooseAll}
              </label>
            </p>
          ) : null}
          <Table caption={words.list} rows={rows} keyOf={({ id }) => id} columns={columns} className="findings-table" />
          {chosenRows.length === 0 ? null : (
            <div class="bulk" role="region" aria-label={words.decide}>
              <output>{words.chosen(chosenRows.length)}</output>
              <Decide
                findings={chosenRows}
                onDecided={() => {
                  setChosen(new Set())
                  pages.reload()
                }}
              />
            </div>
          )}
        </>
      )}
    </Rows>
  )
}
