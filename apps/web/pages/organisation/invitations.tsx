import { useState } from 'preact/hooks'
import { useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { say } from '../../shell/toasts.tsx'
import { account } from '../../words/account.ts'
import { organisationWords as words } from '../../words/organisation.ts'
import { RoleField } from './role-field.tsx'
import { roleOf, rolesToGive } from './roles.ts'

/** Who was asked in and has not answered yet. */
export function Invitations({ mayWrite }: { readonly mayWrite: boolean }) {
  const invitations = useAnswer('GET /v1/invitations', {})
  const withdraw = useAct('DELETE /v1/invitations/{id}')
  const act = async (id: string) => {
    if ((await withdraw.run({ path: { id } })) === null) return
    say(words.withdrawn)
    invitations.reload()
  }
  return (
    <Section
      id="invitations"
      title={words.invitations}
      end={mayWrite ? <Invite onInvited={invitations.reload} /> : undefined}
    >
      <Complaint error={withdraw.error} />
      <Answer of={invitations}>
        {({ invitations: open }) =>
          open.length === 0 ? (
            <p class="soft">{words.noInvitations}</p>
          ) : (
            <Table
              caption={words.invitations}
              rows={open}
              keyOf={({ id }) => id}
              columns={[
                { key: 'email', head: words.email, isHead: true, cell: ({ email }) => email },
                { key: 'role', head: words.role, cell: ({ role }) => account.roles[role] },
                { key: 'until', head: words.until, cell: ({ expiresAt }) => <When at={expiresAt} /> },
                {
                  key: 'withdraw',
                  head: words.withdraw,
                  isAct: true,
                  cell: ({ id, email }) =>
                    mayWrite ? (
                      <button
                        class="button small"
                        type="button"
                        aria-label={`${words.withdraw}: ${email}`}
                        onClick={() => void act(id)}
                      >
                        {words.withdraw}
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

function Invite({ onInvited }: { readonly onInvited: () => void }) {
  const { organisation } = useMe()
  const invite = useAct('POST /v1/invitations')
  const [isOpen, setOpen] = useState(false)
  const act = async ({ email = '', role = '' }: Readonly<Record<string, string>>) => {
    if ((await invite.run({ body: { email: email.trim(), role: roleOf(role) } })) === null) return
    setOpen(false)
    say(words.invited(email.trim()))
    onInvited()
  }
  return (
    <>
      <button class="button small" type="button" onClick={() => setOpen(true)}>
        {words.invite}
      </button>
      {isOpen ? (
        <Dialog
          title={words.invite}
          onClose={() => setOpen(false)}
          foot={
            <button class="button main" type="submit" form="invite" aria-disabled={invite.isBusy}>
              {words.invite}
            </button>
          }
        >
          <p>{words.inviteText}</p>
          <form id="invite" class="form" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
            <Field name="email" type="email" label={words.email} required maxLength={320} />
            <RoleField roles={rolesToGive(organisation.role).toReversed()} />
          </form>
          <Complaint error={invite.error} />
        </Dialog>
      ) : null}
    </>
  )
}
