import '../target/style.css'
import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay, useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Page, Section, Tabs } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'
import { targets as targetWords } from '../../words/targets.ts'
import { Outward } from './outward.tsx'

const tabs = ['outward', 'users', 'list', 'contacts', 'keys'] as const

export default function Instance() {
  const { query } = useLocation()
  const tab = tabs.find((tab) => tab === query['tab']) ?? 'outward'
  return (
    <Page title={words.instance}>
      <Tabs
        label={words.instParts}
        tabs={tabs.map((one) => ({
          label: words.instTabs[one],
          href: pathTo('instance', {}, { tab: one === 'outward' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'outward' ? <Outward /> : null}
      {tab === 'users' ? <Users /> : null}
      {tab === 'list' ? <DoNotScan /> : null}
      {tab === 'contacts' ? <Contacts /> : null}
      {tab === 'keys' ? <SigningKey /> : null}
    </Page>
  )
}

const useIsAdmin = () => useMe().instanceRole === 'instance-admin'

function Users() {
  const isAdmin = useIsAdmin()
  const { principal } = useMe()
  const { query, route } = useLocation()
  const email = query['email'] ?? ''
  const pages = usePages(
    'GET /v1/instance/users',
    { query: { limit: 50, ...(email === '' ? {} : { email }) } },
    ({ users }) => users,
  )
  const change = useAct('PATCH /v1/instance/users/{id}')
  const end = useAct('POST /v1/instance/users/{id}/end-sessions')
  const reset = useAct('POST /v1/instance/users/{id}/reset')
  const factors = useAct('POST /v1/instance/users/{id}/factor-reset')
  const noted = (made: unknown) => {
    if (made === null) return
    say(words.doneWord)
    pages.reload()
  }
  const resetFactors = async (id: string) => {
    const made = await factors.run({ path: { id } })
    if (made !== null) say(made.answer.state === 'done' ? words.factorDone : words.factorAsked)
  }
  return (
    <Section id="users" title={words.users}>
      <form
        class="filters"
        role="search"
        onSubmit={(event) =>
          route(pathTo('instance', {}, { tab: 'users', email: String(sent(event)['email']).trim() }))
        }
      >
        <Field key={email} name="email" type="search" label={words.email} defaultValue={email} />
      </form>
      <Complaint error={change.error ?? end.error ?? reset.error ?? factors.error} />
      <Rows of={pages} empty={<Empty icon="account" title={common.none} />}>
        {(rows) => (
          <Table
            caption={words.users}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'who',
                head: words.email,
                isHead: true,
                cell: ({ email, name }) => (
                  <>
                    {email}
                    <span class="sub">{name}</span>
                  </>
                ),
              },
              {
                key: 'state',
                head: common.state,
                cell: ({ state, openSessions }) => `${words.states[state]}, ${words.userSessions(openSessions)}`,
              },
              {
                key: 'role',
                head: words.instanceRole,
                cell: ({ id, instanceRole }) =>
                  isAdmin && id !== principal.id ? (
                    <Select
                      name={`instance-role-${id}`}
                      label={words.instanceRole}
                      value={instanceRole ?? ''}
                      options={[
                        { value: '', label: words.noRole },
                        { value: 'instance-viewer', label: words.instanceRoles['instance-viewer'] },
                        { value: 'instance-admin', label: words.instanceRoles['instance-admin'] },
                      ]}
                      onChange={({ currentTarget: { value } }) =>
                        void change
                          .run({
                            path: { id },
                            body: {
                              instanceRole: value === 'instance-admin' || value === 'instance-viewer' ? value : null,
                            },
                          })
                          .then((made) => noted(made))
                      }
                    />
                  ) : instanceRole === null ? (
                    words.noRole
                  ) : (
                    words.instanceRoles[instanceRole]
                  ),
              },
              {
                key: 'acts',
                head: words.doneWord,
                isHeadHidden: true,
                cell: ({ id, state }) =>
                  isAdmin && id !== principal.id && state !== 'deleted' ? (
                    <span class="links">
                      <button
                        class="button small"
                        type="button"
                        onClick={() =>
                          void change
                            .run({ path: { id }, body: { isDisabled: state === 'active' } })
                            .then((made) => noted(made))
                        }
                      >
                        {state === 'active' ? words.disable : words.enable}
                      </button>
                      <button
                        class="button small"
                        type="button"
                        onClick={() => void end.run({ path: { id } }).then((made) => noted(made))}
                      >
                        {words.endSessions}
                      </button>
                      <button
                        class="button small"
                        type="button"
                        onClick={() => void reset.run({ path: { id } }).then((made) => noted(made))}
                      >
                        {words.startReset}
                      </button>
                      <button class="button small" type="button" onClick={() => void resetFactors(id)}>
                        {words.resetFactors}
                      </button>
                    </span>
                  ) : null,
              },
            ]}
          />
        )}
      </Rows>
    </Section>
  )
}

const proofChips = { waiting: 'waiting', holds: 'ok', fails: 'failed', unknown: 'unknown' } as const

function DoNotScan() {
  const isAdmin = useIsAdmin()
  const list = useAnswer('GET /v1/instance/do-not-scan', {})
  const add = useAct('POST /v1/instance/do-not-scan')
  const remove = useAct('DELETE /v1/instance/do-not-scan/{id}')
  return (
    <Section id="list" title={words.instTabs.list} note={words.listText}>
      {isAdmin ? (
        <form
          class="form narrow"
          onSubmit={(event) => {
            const { host = '', reason = '' } = sent(event) as Record<string, string>
            void add.run({ body: { host: host.trim(), reason } }).then((made) => made && list.reload())
          }}
        >
          <Field name="host" label={words.host} required spellcheck={false} />
          <Field name="reason" label={words.why} maxLength={300} />
          <Complaint error={add.error ?? remove.error} />
          <div class="actions">
            <button class="button" type="submit" aria-disabled={add.isBusy}>
              {words.listAdd}
            </button>
          </div>
        </form>
      ) : null}
      <Answer of={list}>
        {({ entries }) =>
          entries.length === 0 ? null : (
            <Table
              caption={words.instTabs.list}
              rows={entries}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'value',
                  head: words.host,
                  isHead: true,
                  cell: ({ value, reason }) => (
                    <>
                      <span class="mono">{value}</span>
                      <span class="sub">
                        <Theirs text={reason} />
                      </span>
                    </>
                  ),
                },
                { key: 'source', head: common.by, cell: ({ source }) => words.source[source] },
                {
                  key: 'status',
                  head: common.state,
                  cell: ({ status }) => (
                    <Chip kind={proofChips[status]} isPlain>
                      {targetWords.proofStatus[status]}
                    </Chip>
                  ),
                },
                { key: 'at', head: common.when, cell: ({ createdAt }) => <When at={createdAt} /> },
                {
                  key: 'remove',
                  head: common.remove,
                  isHeadHidden: true,
                  cell: ({ id }) =>
                    isAdmin ? (
                      <button
                        class="button small"
                        type="button"
                        onClick={() => void remove.run({ path: { id } }).then(list.reload)}
                      >
                        {common.remove}
                      </button>
                    ) : null,
                },
              ]}
            />
          )
        }
      </Answer>
    </Section>
  )
}

function Contacts() {
  const { query, route } = useLocation()
  const may = useMay()
  const address = query['address'] ?? ''
  const contacts = useAnswer('GET /v1/instance/contacts', address === '' ? null : { query: { address, limit: 100 } })
  if (!may('instance:operate')) return <p>{common.forbidden}</p>
  return (
    <Section id="contacts" title={words.instTabs.contacts} note={words.contactsText}>
      <form
        class="form narrow"
        onSubmit={(event) =>
          route(pathTo('instance', {}, { tab: 'contacts', address: String(sent(event)['address']).trim() }))
        }
      >
        <Field key={address} name="address" label={words.address} defaultValue={address} required spellcheck={false} />
        <div class="actions">
          <button class="button" type="submit">
            {words.look}
          </button>
        </div>
      </form>
      {address === '' ? null : (
        <Answer of={contacts}>
          {({ contacts: found }) =>
            found.length === 0 ? (
              <Empty icon="search" title={words.contactsEmpty} />
            ) : (
              <Table
                caption={words.instTabs.contacts}
                rows={found}
                keyOf={({ runId }) => runId}
                columns={[
                  {
                    key: 'who',
                    head: common.by,
                    isHead: true,
                    cell: ({ organisation, requestedBy, scanner }) => (
                      <>
                        {organisation}
                        <span class="sub">
                          {requestedBy ?? ''} {scanner}
                        </span>
                      </>
                    ),
                  },
                  {
                    key: 'first',
                    head: common.when,
                    cell: ({ firstAt, lastAt }) => (
                      <>
                        <When at={firstAt} as="date" /> – <When at={lastAt} as="date" />
                      </>
                    ),
                  },
                  {
                    key: 'connections',
                    head: words.connections,
                    isNumber: true,
                    cell: ({ connections }) => connections,
                  },
                  {
                    key: 'right',
                    head: common.reason,
                    cell: ({ basis, proof, sentence }) => [basis, proof, sentence].filter(Boolean).join(', '),
                  },
                ]}
              />
            )
          }
        </Answer>
      )}
    </Section>
  )
}

function SigningKey() {
  const rotate = useAct('POST /v1/instance/signing-key')
  const [isDone, setDone] = useState(false)
  if (!useIsAdmin()) return <p>{common.forbidden}</p>
  return (
    <Section id="keys" title={words.keysSigning} note={words.keysSigningText}>
      <button class="button" type="button" onClick={() => void rotate.run({}).then((made) => setDone(made !== null))}>
        {words.rotate}
      </button>
      <p role="status">{isDone ? words.doneWord : ''}</p>
      <Complaint error={rotate.error} />
    </Section>
  )
}
