import './style.css'
import { useLocation } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { FilterField, FilterForm } from '../../parts/filter-form.tsx'
import { Select } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Page } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { dateAndTime } from '../../words/format.ts'
import { jobs as words } from '../../words/jobs.ts'
import { queues } from '../../words/queues.ts'
import { shell } from '../../words/shell.ts'
import { NoRole } from '../queues/no-role.tsx'
import { type Filter, type FilterName, filterOf, hours, lanes, linkedNames, retries, statuses } from './filter.ts'
import { JobRows } from './job-rows.tsx'

/** Scans of all organisations: filtered by the server, every view an address. */
export default function Jobs() {
  const may = useMay()
  const { query } = useLocation()
  const filter = filterOf(query)
  return (
    <Page
      title={words.jobs}
      crumbs={[{ label: shell.pages.queues, href: pathTo('queues') }]}
      note={<span>{words.jobsNote}</span>}
    >
      {may('instance:read') ? (
        <>
          <FilterBar filter={filter} />
          <Applied filter={filter} />
          <JobRows key={JSON.stringify(filter)} filter={filter} />
        </>
      ) : (
        <NoRole />
      )}
    </Page>
  )
}

const typed = ['target', 'error', 'account', 'requestId'] as const
/** As the API takes them. */
const lengths = { target: [2, 253], error: [2, 200], account: [0, 320], requestId: [0, 64] } as const

function FilterBar({ filter }: { readonly filter: Filter }) {
  const { route } = useLocation()
  const change = (part: Partial<Filter>) => route(pathTo('jobs', {}, { ...filter, ...part }))
  const select = (name: FilterName, label: string, options: { value: string; label: string }[]) => (
    <Select
      name={name}
      label={label}
      value={filter[name]}
      options={options}
      onChange={({ currentTarget }) => change({ [name]: currentTarget.value })}
    />
  )
  return (
    <FilterForm label={words.jobs} className="queue-filters" typed={typed} change={change}>
      {typed.map((name) => (
        <FilterField
          key={name}
          name={name}
          label={words[name]}
          value={filter[name]}
          minLength={lengths[name][0]}
          maxLength={lengths[name][1]}
          spellcheck={false}
          {...(name === 'account' ? { placeholder: words.accountHint } : {})}
        />
      ))}
      {select('status', common.state, [
        { value: '', label: words.all },
        ...statuses.map((value) => ({ value, label: common.scanStatus[value] })),
      ])}
      {select('lane', words.lane, [
        { value: '', label: words.all },
        ...lanes.map((value) => ({ value, label: words.lanes[value] })),
      ])}
      {select('failedHours', words.failedWithin, [
        { value: '', label: words.anyTime },
        ...hours.map((span) => ({ value: String(span), label: queues.hours[span] })),
      ])}
    </FilterForm>
  )
}

/** Filters that a link set: each can be taken away. */
function Applied({ filter }: { readonly filter: Filter }) {
  const applied = linkedNames.filter((name) => filter[name] !== '')
  return applied.length === 0 ? null : (
    <ul class="applied">
      {applied.map((name) => {
        const said = saidOf(name, filter[name])
        return (
          <li key={name}>
            <a class="button" href={pathTo('jobs', {}, { ...filter, [name]: '' })} aria-label={words.dropFilter(said)}>
              {said}
              <Icon name="close" />
            </a>
          </li>
        )
      })}
    </ul>
  )
}

function saidOf(name: (typeof linkedNames)[number], value: string): string {
  const label = words.applied[name]
  if (name === 'retry') {
    const standing = retries.find((retry) => retry === value)
    return `${label}: ${standing === undefined ? value : queues.retries[standing]}`
  }
  if (name === 'reason') return `${label}: ${reasonOf(value)}`
  if (name === 'since' || name === 'until')
    return `${label}: ${Number.isNaN(Date.parse(value)) ? value : dateAndTime(value)}`
  return label
}
