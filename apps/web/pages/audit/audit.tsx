import './style.css'
import { useLocation } from 'preact-iso/router'
import type { Operations } from '../../api/ask.ts'
import { useMay, useMe } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { auditWords as words } from '../../words/audit.ts'
import { common } from '../../words/common.ts'
import { shell } from '../../words/shell.ts'
import { askedOf, type AuditFilter, readFilter } from './filter.ts'
import { Filters } from './filters.tsx'
import { Verify } from './verify.tsx'

type Entry = Operations['GET /v1/audit/entries']['answer']['entries'][number]

export default function Audit() {
  const may = useMay()
  if (!may('audit:read'))
    return (
      <Page title={shell.pages.audit}>
        <Empty icon="audit" title={words.forbidden} />
      </Page>
    )
  return <Entries />
}

/** Who did what: the newest first, filtered by the server, each filter in the address. */
function Entries() {
  const may = useMay()
  const { principal } = useMe()
  const { query } = useLocation()
  const filter = readFilter(query)
  const members = useAnswer('GET /v1/members', {})
  const pages = usePages(
    'GET /v1/audit/entries',
    { query: { limit: 100, ...askedOf(filter) } },
    ({ entries }) => entries,
  )
  const accounts = useAnswer('GET /v1/service-accounts', {})
  const people = new Map([
    ...(members.data?.members ?? []).map(({ id, name, email }): [string, string] => [id, name === '' ? email : name]),
    ...(accounts.data?.serviceAccounts ?? []).map(({ id, name }): [string, string] => [id, words.account(name)]),
  ])
  const nameOf = ({ kind, id }: Entry['actor']) => {
    if (id === null) return words.system
    if (id === principal.id) return words.you
    return people.get(id) ?? `${kind} ${id.slice(0, 8)}…`
  }
  const hrefOf = (change: Partial<AuditFilter>) => pathTo('audit', {}, { ...filter, ...change })
  return (
    <Page
      title={shell.pages.audit}
      note={<span>{words.note}</span>}
      actions={
        <>
          <a class="button" href="/v1/audit" download="audit.jsonl">
            {words.export}
          </a>
          {may('instance:operate') ? <Verify /> : null}
        </>
      }
    >
      <Filters filter={filter} people={people} />
      <Rows
        of={pages}
        empty={
          <Empty icon="audit" title={words.empty}>
            {words.emptyText}
          </Empty>
        }
      >
        {(rows) => (
          <Table
            caption={shell.pages.audit}
            className="audit"
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'action',
                head: words.action,
                isHead: true,
                cell: ({ action, facts }) => (
                  <>
                    <a class="mono" href={hrefOf({ action })} title={words.only(action)}>
                      {action}
                    </a>
                    <Facts facts={facts} />
                  </>
                ),
              },
              {
                key: 'actor',
                head: words.actor,
                cell: ({ actor }) =>
                  actor.id === null ? nameOf(actor) : <a href={hrefOf({ actor: actor.id })}>{nameOf(actor)}</a>,
              },
              {
                key: 'subject',
                head: words.subject,
                cell: ({ subject }) =>
                  subject === null ? (
                    '–'
                  ) : (
                    <a href={hrefOf({ subject: subject.id })} title={subject.id}>
                      {people.get(subject.id) ?? <Named {...subject} />}
                    </a>
                  ),
              },
              {
                key: 'outcome',
                head: words.outcome,
                cell: ({ outcome }) => (
                  <Chip kind={outcome === 'done' ? 'done' : 'refused'} isPlain>
                    {words.outcomes[outcome]}
                  </Chip>
                ),
              },
              { key: 'at', head: common.when, cell: ({ at }) => <When at={at} as="date" /> },
              {
                key: 'request',
                head: words.request,
                cell: ({ requestId }) => <span class="mono s faint">{requestId ?? '–'}</span>,
              },
            ]}
          />
        )}
      </Rows>
    </Page>
  )
}

/** A thing by its kind, and by what tells its id from others at a glance. */
const Named = ({ kind, id }: NonNullable<Entry['subject']>) => (
  <>
    {kind} <span class="mono">{id.length > 24 ? `…${id.slice(-8)}` : id}</span>
  </>
)

const Facts = ({ facts }: Pick<Entry, 'facts'>) => {
  const said = Object.entries(facts).map(([name, value]) => `${name}: ${String(value)}`)
  return said.length === 0 ? null : (
    <span class="sub">
      <Theirs text={said.join(', ')} />
    </span>
  )
}
