import type { Operations } from '../../api/ask.ts'
import { useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { Choose } from '../../parts/choose.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { say } from '../../shell/toasts.tsx'
import { account } from '../../words/account.ts'
import { instanceWords as words } from '../../words/instance.ts'

type User = Operations['GET /v1/instance/users']['answer']['users'][number]

export const nameOf = ({ name, email }: Pick<User, 'name' | 'email'>): string => (name === '' ? email : name)

const roles = ['none', 'instance-viewer', 'instance-admin'] as const

/** What an admin of the instance does for or against a person; nobody against himself. */
export function UserActs({ user, onChange }: { readonly user: User; readonly onChange: () => void }) {
  const { principal } = useMe()
  const change = useAct('PATCH /v1/instance/users/{id}')
  const { id, state, instanceRole } = user
  const name = nameOf(user)
  if (id === principal.id) return null
  const noted = (sentence: string) => {
    say(sentence)
    onChange()
  }
  return (
    <span class="acts">
      <Choose
        name="instance-role"
        label={words.changeRole}
        about={name}
        title={words.roleTitle(name)}
        value={instanceRole ?? 'none'}
        choices={roles.map((value) => ({
          value,
          label: value === 'none' ? words.noRole : account.instanceRoles[value],
          hint: words.roleMeans[value],
        }))}
        act={change}
        onChoose={async (role) => {
          const done = await change.run({ path: { id }, body: { instanceRole: role === 'none' ? null : role } })
          if (done !== null) noted(words.roleChanged)
          return done !== null
        }}
      />
      {state === 'disabled' ? (
        <ConfirmedAct
          act="PATCH /v1/instance/users/{id}"
          input={{ path: { id }, body: { isDisabled: false } }}
          label={words.enable}
          about={name}
          title={`${words.enable}: ${name}`}
          isDanger={false}
          onDone={() => noted(words.done)}
        >
          <p>{user.email}</p>
        </ConfirmedAct>
      ) : (
        <ConfirmedAct
          act="PATCH /v1/instance/users/{id}"
          input={{ path: { id }, body: { isDisabled: true } }}
          label={words.disable}
          about={name}
          title={words.disableTitle(name)}
          onDone={() => noted(words.done)}
        >
          <p>{words.disableText}</p>
        </ConfirmedAct>
      )}
      <ConfirmedAct
        act="POST /v1/instance/users/{id}/end-sessions"
        input={{ path: { id } }}
        label={words.endSessions}
        about={name}
        title={words.endTitle(name)}
        onDone={({ ended }) => noted(words.ended(ended))}
      >
        <p>{words.endText}</p>
      </ConfirmedAct>
      <ConfirmedAct
        act="POST /v1/instance/users/{id}/reset"
        input={{ path: { id } }}
        label={words.reset}
        about={name}
        title={words.resetTitle(name)}
        onDone={() => noted(words.resetDone)}
      >
        <p>{words.resetText}</p>
      </ConfirmedAct>
      <ConfirmedAct
        act="POST /v1/instance/users/{id}/factor-reset"
        input={{ path: { id } }}
        label={words.factors}
        about={name}
        title={words.factorsTitle(name)}
        onDone={({ state }) => noted(state === 'done' ? words.factorsDone : words.factorsAsked)}
      >
        <p>{words.factorsText}</p>
      </ConfirmedAct>
    </span>
  )
}
