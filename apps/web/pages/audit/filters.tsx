import { useLocation } from 'preact-iso/router'
import { Field, Select, sent } from '../../parts/form.tsx'
import { pathTo } from '../../paths.ts'
import { auditWords as words } from '../../words/audit.ts'
import { common } from '../../words/common.ts'
import { type AuditFilter, readFilter } from './filter.ts'

/** The filters as a form; sent, they are the address. */
export function Filters({
  filter,
  people,
}: {
  readonly filter: AuditFilter
  readonly people: ReadonlyMap<string, string>
}) {
  const { route } = useLocation()
  const isFiltered = Object.values(filter).some((value) => value !== '')
  const known = filter.actor === '' || people.has(filter.actor) ? [] : [[filter.actor, `${filter.actor.slice(0, 8)}…`]]
  const actors = [...people, ...(known as [string, string][])]
  return (
    <form
      class="filters audit-filters"
      role="search"
      key={JSON.stringify(filter)}
      onSubmit={(event) => {
        const form = sent(event) as Readonly<Record<string, string>>
        route(pathTo('audit', {}, { ...readFilter({ ...form, action: form['action']?.trim() }) }))
      }}
    >
      <Field
        name="action"
        label={words.action}
        placeholder={words.actionHint}
        defaultValue={filter.action}
        maxLength={60}
        pattern="[a-z.\-]+"
        spellcheck={false}
      />
      <Select
        name="actor"
        label={words.actor}
        defaultValue={filter.actor}
        options={[{ value: '', label: words.anybody }, ...actors.map(([value, label]) => ({ value, label }))]}
      />
      <Field
        name="subject"
        label={words.subject}
        placeholder={words.subjectHint}
        defaultValue={filter.subject}
        maxLength={100}
        spellcheck={false}
      />
      <Select
        name="outcome"
        label={words.outcome}
        defaultValue={filter.outcome}
        options={(['', 'done', 'refused'] as const).map((value) => ({
          value,
          label: value === '' ? words.any : words.outcomes[value],
        }))}
      />
      <Field name="from" type="date" label={words.from} defaultValue={filter.from} />
      <Field name="to" type="date" label={words.to} defaultValue={filter.to} />
      <span class="filter-acts">
        <button class="button" type="submit">
          {common.filter}
        </button>
        {isFiltered ? (
          <a class="button bare" href={pathTo('audit')}>
            {words.all}
          </a>
        ) : null}
      </span>
    </form>
  )
}
