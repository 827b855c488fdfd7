import { useMay, useMe } from '../../api/me.ts'
import type { Operations } from '../../api/ask.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Choose } from '../../parts/choose.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { say } from '../../shell/toasts.tsx'
import { account } from '../../words/account.ts'
import { organisationWords as words } from '../../words/organisation.ts'
import { Invitations } from './invitations.tsx'
import { mayTouch, rolesToGive } from './roles.ts'

type Member = Operations['GET /v1/members']['answer']['members'][number]

const nameOf = ({ name, email }: Pick<Member, 'name' | 'email'>) => (name === '' ? email : name)

/** Who is in the organisation, and who is asked in. */
export function Members() {
  const may = useMay()
  const { principal } = useMe()
  const members = useAnswer('GET /v1/members', {})
  const mayWrite = may('members:write')
  return (
    <>
      <Section id="members" title={words.members} note={mayWrite ? undefined : words.onlyAdmins}>
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
                  cell: (member) => (
                    <>
                      {nameOf(member)}
                      {member.id === principal.id ? ` (${words.you})` : ''}
                      <span class="sub">{member.email}</span>
                    </>
                  ),
                },
                {
                  key: 'role',
                  head: words.role,
                  cell: ({ role, isActive }) => (
                    <>
                      {account.roles[role]}
                      {isActive ? null : (
                        <span class="sub">
                          <Chip kind="stopped" isPlain>
                            {words.isDisabled}
                          </Chip>
                        </span>
                      )}
                    </>
                  ),
                },
                { key: 'since', head: words.since, cell: ({ since }) => <When at={since} /> },
                {
                  key: 'acts',
                  head: words.act,
                  isAct: true,
                  cell: (member) =>
                    mayWrite && member.id !== principal.id ? <Acts member={member} onChange={members.reload} /> : null,
                },
              ]}
            />
          )}
        </Answer>
      </Section>
      <Invitations mayWrite={mayWrite} />
    </>
  )
}

function Acts({ member, onChange }: { readonly member: Member; readonly onChange: () => void }) {
  const { organisation } = useMe()
  const change = useAct('PATCH /v1/members/{id}')
  const name = nameOf(member)
  if (!mayTouch(organisation.role, member.role)) return <span class="faint s">{words.aboveYou}</span>
  return (
    <span class="acts">
      <Choose
        name="role-of-member"
        label={words.changeRole}
        about={name}
        title={words.roleOf(name)}
        value={member.role}
        choices={rolesToGive(organisation.role).map((value) => ({
          value,
          label: account.roles[value],
          hint: words.roleMeans[value],
        }))}
        act={change}
        onChoose={async (role) => {
          const done = await change.run({ path: { id: member.id }, body: { role } })
          if (done === null) return false
          say(words.roleChanged(name, account.roles[role]))
          onChange()
          return true
        }}
      >
        <p class="soft s">{words.atOnce}</p>
      </Choose>
      <ConfirmedAct
        act="DELETE /v1/members/{id}"
        input={{ path: { id: member.id } }}
        label={words.remove}
        about={name}
        title={words.removeTitle(name)}
        onDone={() => {
          say(words.removed)
          onChange()
        }}
      >
        <p>{words.removeText}</p>
      </ConfirmedAct>
    </span>
  )
}
