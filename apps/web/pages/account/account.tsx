import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Page, Section, Tabs } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { SingleKeys } from '../../shell/single-keys.tsx'
import { say } from '../../shell/toasts.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'
import { languages, speak, storedLanguage } from '../../words/language.ts'
import { shell } from '../../words/shell.ts'
import { Data } from './data.tsx'
import { Factors } from './factors.tsx'
import { Keys } from './keys.tsx'
import { Sessions } from './sessions.tsx'

const tabs = ['you', 'factors', 'sessions', 'keys', 'data'] as const

export default function Account() {
  const { query } = useLocation()
  const me = useMe()
  const tab = tabs.find((tab) => tab === query['tab']) ?? 'you'
  const logout = useAct('POST /v1/logout')
  const signOut = async () => {
    if ((await logout.run({})) !== null) location.assign('/sign-in')
  }
  return (
    <Page
      title={shell.pages.account}
      note={
        <span>
          {words.signedInAs} <b>{me.principal.email ?? me.principal.name}</b>,{' '}
          {words.role(words.roles[me.organisation.role], me.organisation.name)}
          {me.instanceRole === null ? '' : `, ${words.instanceRoles[me.instanceRole]}`}
        </span>
      }
      actions={
        <button class="button" type="button" onClick={() => void signOut()}>
          {words.signOut}
        </button>
      }
    >
      <Complaint error={logout.error} />
      <Tabs
        label={words.parts}
        tabs={tabs.map((one) => ({
          label: words.tabs[one],
          href: pathTo('account', {}, { tab: one === 'you' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'you' ? <You /> : null}
      {tab === 'factors' ? <Factors /> : null}
      {tab === 'sessions' ? <Sessions /> : null}
      {tab === 'keys' ? <Keys /> : null}
      {tab === 'data' ? <Data /> : null}
    </Page>
  )
}

function You() {
  const { principal } = useMe()
  const rename = useAct('PATCH /v1/me')
  return (
    <>
      <Section id="you" title={words.you}>
        <form
          class="form narrow"
          onSubmit={(event) =>
            void rename.run({ body: { name: String(sent(event)['name']) } }).then((done) => done && say(words.changed))
          }
        >
          <Field name="name" label={words.name} defaultValue={principal.name ?? ''} maxLength={100} />
          <Complaint error={rename.error} />
          <div class="actions">
            <button class="button" type="submit">
              {common.save}
            </button>
          </div>
        </form>
      </Section>
      <Section id="page" title={words.language}>
        <div class="form narrow">
          <Select
            name="language"
            label={words.language}
            value={storedLanguage() ?? ''}
            options={(['', ...languages] as const).map((value) => ({ value, label: words.languages[value] }))}
            onChange={({ currentTarget }) => speak(languages.find((one) => one === currentTarget.value) ?? null)}
          />
          <p class="soft">{words.appearance}</p>
          <SingleKeys label={words.singleKeys} />
        </div>
      </Section>
      <Password />
      <Email />
    </>
  )
}

function Password() {
  const change = useAct('POST /v1/me/password')
  const [round, setRound] = useState(0)
  const act = async ({ old = '', password = '' }: Readonly<Record<string, string>>) => {
    if ((await change.run({ body: { old, password } })) === null) return
    setRound(round + 1)
    say(words.changed)
  }
  return (
    <Section id="password" title={words.changePassword}>
      <form key={round} class="form narrow" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
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
        <Complaint error={change.error} />
        <div class="actions">
          <button class="button" type="submit">
            {words.changePassword}
          </button>
        </div>
      </form>
    </Section>
  )
}

function Email() {
  const begin = useAct('POST /v1/me/email')
  const verify = useAct('POST /v1/me/email/verify')
  const [held, setHeld] = useState<{ oldChallenge: string; newChallenge: string } | null>(null)
  const ask = async (email: string) => {
    const begun = await begin.run({ body: { email } })
    if (begun !== null) setHeld(begun.answer)
  }
  const confirm = async ({ oldCode = '', newCode = '' }: Readonly<Record<string, string>>) => {
    if (
      held === null ||
      (await verify.run({ body: { ...held, oldCode: oldCode.trim(), newCode: newCode.trim() } })) === null
    )
      return
    setHeld(null)
    say(words.changed)
    location.reload()
  }
  return (
    <Section id="email" title={words.changeEmail}>
      {held === null ? (
        <form class="form narrow" onSubmit={(event) => void ask(String(sent(event)['email']).trim())}>
          <Field
            name="email"
            type="email"
            label={words.newEmail}
            hint={words.emailHint}
            required
            autoComplete="email"
          />
          <Complaint error={begin.error} />
          <div class="actions">
            <button class="button" type="submit">
              {words.sendCodes}
            </button>
          </div>
        </form>
      ) : (
        <form class="form narrow" onSubmit={(event) => void confirm(sent(event) as Record<string, string>)}>
          <Field name="oldCode" label={words.oldCode} inputMode="numeric" autoComplete="one-time-code" required />
          <Field name="newCode" label={words.newCode} inputMode="numeric" autoComplete="one-time-code" required />
          <Complaint error={verify.error} />
          <div class="actions">
            <button class="button main" type="submit">
              {words.confirm}
            </button>
          </div>
        </form>
      )}
    </Section>
  )
}
