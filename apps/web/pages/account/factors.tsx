import { useState } from 'preact/hooks'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Once } from '../../parts/once.tsx'
import { Section } from '../../parts/page.tsx'
import { say } from '../../shell/toasts.tsx'
import { account as words } from '../../words/account.ts'
import { Devices, Identities } from './known.tsx'
import { AddPasskey, Passkeys } from './passkeys.tsx'
import { Totp } from './totp.tsx'

/** The ways in: password, authenticator app, passkeys, recovery codes, sign-in providers, known browsers. */
export function Factors() {
  const factors = useAnswer('GET /v1/me/factors', {})
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const onChange = (made: readonly string[] | null) => {
    setCodes(made)
    factors.reload()
  }
  return (
    <>
      <Answer of={factors}>
        {({ hasTotp, recoveryCodesLeft, passkeys }) => (
          <>
            <Section id="factors" title={words.tabs.factors}>
              <ul class="rows factors">
                <Password />
                <Totp hasTotp={hasTotp} onChange={onChange} />
                <li>
                  <Icon name="key" />
                  <div>
                    <h3>{words.passkeys}</h3>
                    <p class="soft s">{words.passkeyText}</p>
                  </div>
                  <Chip kind={passkeys.length > 0 ? 'ok' : 'open'} isPlain>
                    {words.passkeyCount(passkeys.length)}
                  </Chip>
                  <AddPasskey onAdded={onChange} />
                </li>
                <RecoveryCodes hasFactor={hasTotp || passkeys.length > 0} left={recoveryCodesLeft} onMade={onChange} />
              </ul>
            </Section>
            {passkeys.length === 0 ? null : <Passkeys passkeys={passkeys} onChange={factors.reload} />}
          </>
        )}
      </Answer>
      <Identities />
      <Devices />
      {codes === null ? null : (
        <Once title={words.recovery} secret={codes.join('\n')} onStored={() => setCodes(null)}>
          <p>{words.recoveryOnce}</p>
        </Once>
      )}
    </>
  )
}

function Password() {
  const change = useAct('POST /v1/me/password')
  const [isOpen, setOpen] = useState(false)
  const act = async ({ old = '', password = '' }: Readonly<Record<string, string>>) => {
    if ((await change.run({ body: { old, password } })) === null) return
    setOpen(false)
    say(words.changed)
  }
  return (
    <li>
      <Icon name="lock" />
      <div>
        <h3 id="password">{words.password}</h3>
        <p class="soft s">{words.passwordText}</p>
      </div>
      <button class="button small" type="button" aria-label={words.changePassword} onClick={() => setOpen(true)}>
        {words.change}
      </button>
      {isOpen ? (
        <Dialog
          title={words.changePassword}
          onClose={() => setOpen(false)}
          foot={
            <button class="button main" type="submit" form="change-password" aria-disabled={change.isBusy}>
              {words.changePassword}
            </button>
          }
        >
          <form id="change-password" class="form" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
            <Field name="old" type="password" label={words.oldPassword} autoComplete="current-password" required />
            <Field
              name="password"
              type="password"
              label={words.newPassword}
              hint={words.passwordHint}
              autoComplete="new-password"
              required
              minLength={8}
            />
            <p class="soft s">
              {words.passwordText} {words.noPassword} <a href="/reset">{words.resetLink}</a>
            </p>
          </form>
          <Complaint error={change.error} />
        </Dialog>
      ) : null}
    </li>
  )
}

const RecoveryCodes = ({
  hasFactor,
  left,
  onMade,
}: {
  readonly hasFactor: boolean
  readonly left: number
  readonly onMade: (codes: readonly string[] | null) => void
}) => (
  <li>
    <Icon name="reports" />
    <div>
      <h3>{words.recovery}</h3>
      <p class="soft s">{hasFactor ? words.recoveryText : words.recoveryNone}</p>
    </div>
    {hasFactor ? (
      <>
        <Chip kind={left > 2 ? 'ok' : 'attention'} isPlain>
          {words.recoveryLeft(left)}
        </Chip>
        <ConfirmedAct
          act="POST /v1/me/recovery-codes"
          input={{}}
          label={words.recoveryRenew}
          title={words.recoveryRenewTitle}
          isDanger={false}
          onDone={({ recoveryCodes }) => onMade(recoveryCodes)}
        >
          <p>{words.recoveryRenewText}</p>
        </ConfirmedAct>
      </>
    ) : null}
  </li>
)
