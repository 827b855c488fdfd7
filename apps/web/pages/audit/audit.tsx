import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'

/** Who did what: the newest first, filtered by the server. */
export default function Audit() {
  const may = useMay()
  const { query, route } = useLocation()
  const { action = '', actor = '' } = query
  const members = useAnswer('GET /v1/members', {})
  const pages = usePages(
    'GET /v1/audit/entries',
    { query: { limit: 100, ...(action === '' ? {} : { action }), ...(actor === '' ? {} : { actor }) } },
    ({ entries }) => entries,
  )
  const people = new Map(members.data?.members.map(({ id, name, email }) => [id, name === '' ? email : name]))
  const nameOf = ({ kind, id }: { readonly kind: string; readonly id: string | null }) =>
    id === null ? words.system : (people.get(id) ?? `${kind} ${id.slice(0, 8)}…`)
  return (
    <Page
      title={words.auditTitle}
      note={<span>{words.auditNote}</span>}
      actions={
        <>
          <a class="button" href="/v1/audit" download="audit.jsonl">
            {words.auditExport}
          </a>
          {may('instance:operate') ? <Verify /> : null}
        </>
      }
    >
      <form
        class="filters"
        role="search"
        onSubmit={(event) => {
          const { action = '' } = sent(event) as Record<string, string>
          route(pathTo('audit', {}, { action: action.trim(), actor }))
        }}
      >
        <Field
          key={action}
          name="action"
          label={words.action}
          placeholder={words.actionHint}
          defaultValue={action}
          maxLength={60}
        />
        <Select
          name="actor"
          label={words.actor}
          value={actor}
          options={[{ value: '', label: '–' }, ...[...people].map(([value, label]) => ({ value, label }))]}
          onChange={({ currentTarget }) => route(pathTo('audit', {}, { action, actor: currentTarget.value }))}
        />
      </form>
      <Rows of={pages} empty={<Empty icon="audit" title={words.auditEmpty} />}>
        {(rows) => (
          <Table
            caption={words.auditTitle}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'action',
                head: words.action,
                isHead: true,
                cell: ({ action, subject, facts }) => (
                  <>
                    <code>{action}</code>
                    <span class="sub">
                      {subject === null ? '' : `${subject.kind} ${subject.id.slice(0, 13)} `}
                      <Theirs
                        text={Object.entries(facts)
                          .map(([name, value]) => `${name}: ${String(value)}`)
                          .join(', ')}
                      />
                    </span>
                  </>
                ),
              },
              { key: 'actor', head: words.actor, cell: ({ actor }) => nameOf(actor) },
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
                cell: ({ requestId }) => <span class="mono s">{requestId ?? '–'}</span>,
              },
            ]}
          />
        )}
      </Rows>
    </Page>
  )
}

function Verify() {
  const verify = useAct('GET /v1/instance/audit')
  const [said, setSaid] = useState<string | null>(null)
  const act = async () => {
    const verdict = await verify.run({})
    if (verdict === null) return
    const { brokenAt, sealed } = verdict.answer
    setSaid(brokenAt === null ? words.auditWhole(sealed) : words.auditBroken)
  }
  return (
    <>
      <button class="button" type="button" onClick={() => void act()} aria-disabled={verify.isBusy}>
        {words.auditVerify}
      </button>
      <span role="status">{said}</span>
      <Complaint error={verify.error} />
    </>
  )
}
