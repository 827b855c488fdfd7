import { useState } from 'preact/hooks'
import type { Operations } from '../../api/ask.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { KeysTable } from '../../parts/keys.tsx'
import { MakeKey } from '../../parts/make-key.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { say } from '../../shell/toasts.tsx'
import { account } from '../../words/account.ts'
import { keyWords } from '../../words/keys.ts'
import { organisationWords as words } from '../../words/organisation.ts'
import { RoleField } from './role-field.tsx'
import { roleOf } from './roles.ts'

type ServiceAccount = Operations['GET /v1/service-accounts']['answer']['serviceAccounts'][number]

/** Of the machine that Portlight runs on: no key is made for it here. */
const localName = 'local'
const accountRoles = ['viewer', 'operator', 'admin'] as const

/** Accounts for what runs by itself, and every key of the organisation. */
export function ServiceAccounts() {
  const may = useMay()
  if (!may('keys:read')) return <p class="soft">{words.onlyOperators}</p>
  return <Accounts mayWrite={may('service-accounts:write')} />
}

function Accounts({ mayWrite }: { readonly mayWrite: boolean }) {
  const accounts = useAnswer('GET /v1/service-accounts', {})
  const keys = useAnswer('GET /v1/keys', {})
  return (
    <>
      <Section
        id="accounts"
        title={words.accounts}
        note={words.accountsNote}
        end={mayWrite ? <MakeAccount onMade={accounts.reload} /> : undefined}
      >
        <Answer of={accounts}>
          {({ serviceAccounts }) =>
            serviceAccounts.length === 0 ? (
              <Empty icon="organisation" title={words.noAccounts}>
                {words.noAccountsText}
              </Empty>
            ) : (
              <Table
                caption={words.accounts}
                rows={serviceAccounts}
                keyOf={({ id }) => id}
                columns={[
                  {
                    key: 'name',
                    head: words.name,
                    isHead: true,
                    cell: ({ name }) => (
                      <>
                        {name}
                        {name === localName ? <span class="sub">{words.thisMachine}</span> : null}
                      </>
                    ),
                  },
                  { key: 'role', head: words.role, cell: ({ role }) => account.roles[role] },
                  {
                    key: 'keys',
                    head: words.keys,
                    cell: ({ id }) => words.keysOf(keys.data?.keys.filter(({ owner }) => owner.id === id).length ?? 0),
                  },
                  { key: 'made', head: words.made, cell: ({ createdAt }) => <When at={createdAt} /> },
                  {
                    key: 'state',
                    head: keyWords.state,
                    cell: ({ disabledAt }) => (
                      <Chip kind={disabledAt === null ? 'ok' : 'stopped'} isPlain>
                        {disabledAt === null ? words.works : words.disabled}
                      </Chip>
                    ),
                  },
                  {
                    key: 'acts',
                    head: words.act,
                    isAct: true,
                    cell: (one) =>
                      mayWrite && one.name !== localName ? (
                        <Acts account={one} onChange={accounts.reload} onMade={keys.reload} />
                      ) : null,
                  },
                ]}
              />
            )
          }
        </Answer>
      </Section>
      <Section id="keys" title={words.keysOfAll} note={words.keysOfAllNote}>
        <Answer of={keys}>
          {({ keys: held }) =>
            held.length === 0 ? (
              <p class="soft">{keyWords.none}.</p>
            ) : (
              <KeysTable
                keys={held}
                isOfMany
                mayRevoke={mayWrite}
                onRevoked={() => {
                  say(keyWords.revoked)
                  keys.reload()
                }}
              />
            )
          }
        </Answer>
      </Section>
    </>
  )
}

function Acts({
  account: { id, name, disabledAt },
  onChange,
  onMade,
}: {
  readonly account: ServiceAccount
  readonly onChange: () => void
  readonly onMade: () => void
}) {
  const enable = useAct('PATCH /v1/service-accounts/{id}')
  if (disabledAt !== null)
    return (
      <>
        <button
          class="button small"
          type="button"
          aria-label={`${words.enable}: ${name}`}
          onClick={() => void enable.run({ path: { id }, body: { isDisabled: false } }).then(onChange)}
        >
          {words.enable}
        </button>
        <Complaint error={enable.error} />
      </>
    )
  return (
    <span class="acts">
      <MakeKey account={{ id, name }} onMade={onMade} />
      <ConfirmedAct
        act="PATCH /v1/service-accounts/{id}"
        input={{ path: { id }, body: { isDisabled: true } }}
        label={words.disable}
        about={name}
        title={words.disableTitle(name)}
        onDone={onChange}
      >
        <p>{words.disableText}</p>
      </ConfirmedAct>
    </span>
  )
}

function MakeAccount({ onMade }: { readonly onMade: () => void }) {
  const make = useAct('POST /v1/service-accounts')
  const [isOpen, setOpen] = useState(false)
  const act = async ({ name = '', role = '' }: Readonly<Record<string, string>>) => {
    const given = roleOf(role)
    if ((await make.run({ body: { name: name.trim(), role: given === 'owner' ? 'admin' : given } })) === null) return
    setOpen(false)
    say(words.accountMade)
    onMade()
  }
  return (
    <>
      <button class="button small" type="button" onClick={() => setOpen(true)}>
        {words.makeAccount}
      </button>
      {isOpen ? (
        <Dialog
          title={words.makeAccount}
          onClose={() => setOpen(false)}
          foot={
            <button class="button main" type="submit" form="make-account" aria-disabled={make.isBusy}>
              {words.makeAccount}
            </button>
          }
        >
          <form id="make-account" class="form" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
            <Field name="name" label={words.name} hint={keyWords.nameHint} required maxLength={100} />
            <RoleField roles={accountRoles} />
          </form>
          <Complaint error={make.error} />
        </Dialog>
      ) : null}
    </>
  )
}
