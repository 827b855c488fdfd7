import '../target/style.css'
import { useLocation } from 'preact-iso/router'
import { useMay, useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Page, Section, Tabs } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'
import { shell } from '../../words/shell.ts'
import { MakeKey } from '../account/keys.tsx'

const tabs = ['members', 'accounts', 'settings', 'erasures'] as const
const roles = ['viewer', 'operator', 'admin', 'owner'] as const
type Role = (typeof roles)[number]
const roleOf = (text: unknown): Role => roles.find((role) => role === text) ?? 'viewer'

export default function OrganisationPage() {
  const { query } = useLocation()
  const { organisation } = useMe()
  const may = useMay()
  const tab = tabs.find((tab) => tab === query['tab']) ?? 'members'
  const shown = tabs.filter((tab) =>
    tab === 'accounts' ? may('keys:read') : tab === 'erasures' ? may('targets:erase') : true,
  )
  return (
    <Page title={organisation.name} note={<span>{shell.pages.organisation}</span>}>
      <Tabs
        label={words.orgParts}
        tabs={shown.map((one) => ({
          label: words.orgTabs[one],
          href: pathTo('organisation', {}, { tab: one === 'members' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'members' ? <Members /> : null}
      {tab === 'accounts' ? <ServiceAccounts /> : null}
      {tab === 'settings' ? <Settings /> : null}
      {tab === 'erasures' ? <Erasures /> : null}
    </Page>
  )
}

function Members() {
  const may = useMay()
  const { principal } = useMe()
  const members = useAnswer('GET /v1/members', {})
  const change = useAct('PATCH /v1/members/{id}')
  const remove = useAct('DELETE /v1/members/{id}')
  const mayWrite = may('members:write')
  return (
    <>
      <Section id="members" title={words.members}>
        <Complaint error={change.error ?? remove.error} />
        <Answer of={members}>
          {({ members: people }) => (
            <Table
              caption={words.members}
              rows={people}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'who',
                  head: words.name,
                  isHead: true,
                  cell: ({ name, email, isActive }) => (
                    <>
                      {name === '' ? email : name}
                      <span class="sub">
                        {email}
                        {isActive ? '' : ` · ${words.inactive}`}
                      </span>
                    </>
                  ),
                },
                {
                  key: 'role',
                  head: words.roleHead,
                  cell: ({ id, role }) =>
                    mayWrite && id !== principal.id ? (
                      <Select
                        name={`role-${id}`}
                        label={words.roleHead}
                        value={role}
                        options={roles.map((value) => ({ value, label: words.roles[value] }))}
                        onChange={({ currentTarget }) =>
                          void change
                            .run({ path: { id }, body: { role: roleOf(currentTarget.value) } })
                            .then(members.reload)
                        }
                      />
                    ) : (
                      words.roles[role]
                    ),
                },
                { key: 'since', head: words.since, cell: ({ since }) => <When at={since} /> },
                ...(mayWrite
                  ? [
                      {
                        key: 'remove',
                        head: words.removeMember,
                        isHeadHidden: true,
                        cell: ({ id }: { readonly id: string }) =>
                          id === principal.id ? null : (
                            <button
                              class="button small"
                              type="button"
                              onClick={() => void remove.run({ path: { id } }).then(members.reload)}
                            >
                              {words.removeMember}
                            </button>
                          ),
                      },
                    ]
                  : []),
              ]}
            />
          )}
        </Answer>
      </Section>
      {mayWrite ? <Invitations /> : null}
    </>
  )
}

function Invitations() {
  const invitations = useAnswer('GET /v1/invitations', {})
  const invite = useAct('POST /v1/invitations')
  const withdraw = useAct('DELETE /v1/invitations/{id}')
  const act = async ({ email = '', role = '' }: Readonly<Record<string, string>>) => {
    if ((await invite.run({ body: { email: email.trim(), role: roleOf(role) } })) === null) return
    say(words.invited)
    invitations.reload()
  }
  return (
    <Section id="invitations" title={words.invite} note={words.inviteText}>
      <form class="form narrow" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
        <Field name="email" type="email" label={words.email} required />
        <Select
          name="role"
          label={words.roleHead}
          options={roles.map((value) => ({ value, label: words.roles[value] }))}
        />
        <Complaint error={invite.error ?? withdraw.error} />
        <div class="actions">
          <button class="button" type="submit" aria-disabled={invite.isBusy}>
            {words.invite}
          </button>
        </div>
      </form>
      <Answer of={invitations}>
        {({ invitations: open }) =>
          open.length === 0 ? null : (
            <ul class="rows section" aria-label={words.invitations}>
              {open.map(({ id, email, role, expiresAt }) => (
                <li key={id} class="mini-head">
                  <span>
                    {email}, {words.roles[role]}, {words.until} <When at={expiresAt} as="date" />
                  </span>
                  <button
                    class="button small"
                    type="button"
                    onClick={() => void withdraw.run({ path: { id } }).then(invitations.reload)}
                  >
                    {words.withdraw}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  )
}

function ServiceAccounts() {
  const may = useMay()
  const accounts = useAnswer('GET /v1/service-accounts', {})
  const make = useAct('POST /v1/service-accounts')
  const change = useAct('PATCH /v1/service-accounts/{id}')
  const mayWrite = may('service-accounts:write') || may('members:write')
  const act = async ({ name = '', role = '' }: Readonly<Record<string, string>>) => {
    const given = roleOf(role)
    if ((await make.run({ body: { name, role: given === 'owner' ? 'admin' : given } })) !== null) accounts.reload()
  }
  return (
    <Section id="accounts" title={words.serviceAccounts} note={words.serviceText}>
      <Complaint error={make.error ?? change.error} />
      <Answer of={accounts}>
        {({ serviceAccounts }) => (
          <ul class="rows">
            {serviceAccounts.map(({ id, name, role, disabledAt }) => (
              <li key={id} class="stack">
                <div class="mini-head">
                  <span>
                    <b>{name}</b>, {words.roles[role]}
                    {disabledAt === null ? '' : ` · ${words.disabled}`}
                  </span>
                  {mayWrite ? (
                    <button
                      class="button small"
                      type="button"
                      onClick={() =>
                        void change
                          .run({ path: { id }, body: { isDisabled: disabledAt === null } })
                          .then(accounts.reload)
                      }
                    >
                      {disabledAt === null ? words.disable : words.enable}
                    </button>
                  ) : null}
                </div>
                {mayWrite && disabledAt === null ? <MakeKey serviceAccountId={id} onMade={() => {}} /> : null}
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {mayWrite ? (
        <form class="form narrow section" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
          <h3>{words.addService}</h3>
          <Field name="name" label={words.name} required maxLength={100} />
          <Select
            name="role"
            label={words.roleHead}
            options={roles.filter((role) => role !== 'owner').map((value) => ({ value, label: words.roles[value] }))}
          />
          <div class="actions">
            <button class="button" type="submit" aria-disabled={make.isBusy}>
              {words.addService}
            </button>
          </div>
        </form>
      ) : null}
    </Section>
  )
}

function Settings() {
  const me = useMe()
  const may = useMay()
  const organisation = useAnswer('GET /v1/organisation', {})
  const change = useAct('PATCH /v1/organisation')
  const make = useAct('POST /v1/organisations')
  const move = useAct('POST /v1/me/organisation')
  const save = async ({ name = '', keep = '' }: Readonly<Record<string, string>>) => {
    const keepScansDays = keep === '' ? null : Number(keep)
    if ((await change.run({ body: { name, keepScansDays } })) === null) return
    say(words.changed)
    organisation.reload()
  }
  const switchTo = async (organisationId: string) => {
    if ((await move.run({ body: { organisationId, as: 'cookie' } })) !== null) location.assign('/')
  }
  const found = async (name: string) => {
    const made = await make.run({ body: { name } })
    if (made !== null) await switchTo(made.answer.id)
  }
  return (
    <>
      <Section id="settings" title={words.orgTabs.settings}>
        <Answer of={organisation}>
          {({ name, keepScansDays }) => (
            <form class="form narrow" onSubmit={(event) => void save(sent(event) as Record<string, string>)}>
              <fieldset class="form" disabled={!may('organisation:write') && me.organisation.role !== 'owner'}>
                <Field name="name" label={words.name} defaultValue={name} required maxLength={100} />
                <Field
                  name="keep"
                  type="number"
                  min={1}
                  label={words.keep}
                  hint={words.keepHint}
                  defaultValue={keepScansDays ?? ''}
                />
                <Complaint error={change.error} />
                <div class="actions">
                  <button class="button" type="submit" aria-disabled={change.isBusy}>
                    {common.save}
                  </button>
                </div>
              </fieldset>
            </form>
          )}
        </Answer>
      </Section>
      {me.organisations.length > 1 ? (
        <Section id="switch" title={words.switchTo}>
          <ul class="rows">
            {me.organisations
              .filter(({ id }) => id !== me.organisation.id)
              .map(({ id, name, role }) => (
                <li key={id} class="mini-head">
                  <span>{words.role(words.roles[role], name)}</span>
                  <button class="button small" type="button" onClick={() => void switchTo(id)}>
                    {words.switchTo} {name}
                  </button>
                </li>
              ))}
          </ul>
        </Section>
      ) : null}
      <Section id="new" title={words.newOrganisation}>
        <form class="form narrow" onSubmit={(event) => void found(String(sent(event)['newName']))}>
          <Field name="newName" label={words.name} required maxLength={100} />
          <Complaint error={make.error ?? move.error} />
          <div class="actions">
            <button class="button" type="submit">
              {words.newOrganisation}
            </button>
          </div>
        </form>
      </Section>
    </>
  )
}

function Erasures() {
  const erasures = useAnswer('GET /v1/erasures', {})
  return (
    <Section id="erasures" title={words.erasures} note={words.erasuresText}>
      <Answer of={erasures}>
        {({ erasures: receipts }) => (
          <Table
            caption={words.erasures}
            rows={receipts}
            keyOf={({ id }) => id}
            columns={[
              { key: 'at', head: common.when, isHead: true, cell: ({ at }) => <When at={at} as="date" /> },
              {
                key: 'what',
                head: words.erasures,
                cell: ({ erased }) => words.erasedWhat(erased.scans, erased.findings),
              },
              { key: 'digest', head: words.digest, cell: ({ digest }) => <code>{digest}</code> },
            ]}
          />
        )}
      </Answer>
    </Section>
  )
}
