import { useLocation } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { usePages } from '../../api/use-pages.ts'
import { Field, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { account } from '../../words/account.ts'
import { number } from '../../words/format.ts'
import { instanceWords as words } from '../../words/instance.ts'
import { nameOf, UserActs } from './user-acts.tsx'

const stateKinds = { active: 'ok', disabled: 'stopped', deleted: 'refused' } as const

/** Who has an account on this instance, found by a part of name or address. */
export function Users() {
  const may = useMay()
  const { query, route } = useLocation()
  const q = (query['q'] ?? '').slice(0, 100)
  const pages = usePages(
    'GET /v1/instance/users',
    { query: { limit: 50, ...(q === '' ? {} : { q }) } },
    ({ users }) => users,
  )
  return (
    <Section id="users" title={words.people}>
      <form
        class="find-one"
        role="search"
        onSubmit={(event) => route(pathTo('instance', {}, { tab: 'users', q: String(sent(event)['q']).trim() }))}
      >
        <Field key={q} name="q" type="search" label={words.search} defaultValue={q} maxLength={100} />
        <button class="button" type="submit">
          {words.find}
        </button>
      </form>
      <Rows of={pages} empty={<Empty icon="account" title={words.nobody} />}>
        {(rows) => (
          <Table
            caption={words.people}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'who',
                head: words.person,
                isHead: true,
                cell: (user) => (
                  <>
                    {nameOf(user)}
                    <span class="sub">{user.email}</span>
                  </>
                ),
              },
              {
                key: 'state',
                head: words.state,
                cell: ({ state }) => (
                  <Chip kind={stateKinds[state]} isPlain>
                    {words.states[state]}
                  </Chip>
                ),
              },
              {
                key: 'role',
                head: words.role,
                cell: ({ instanceRole }) =>
                  instanceRole === null ? words.noRole : account.instanceRoles[instanceRole],
              },
              {
                key: 'sessions',
                head: words.sessions,
                isNumber: true,
                cell: ({ openSessions }) => number(openSessions),
              },
              { key: 'since', head: words.since, cell: ({ createdAt }) => <When at={createdAt} /> },
              {
                key: 'acts',
                head: words.more,
                isAct: true,
                cell: (user) =>
                  may('instance:write') && user.state !== 'deleted' ? (
                    <UserActs user={user} onChange={pages.reload} />
                  ) : null,
              },
            ]}
          />
        )}
      </Rows>
    </Section>
  )
}
