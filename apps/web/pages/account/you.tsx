import { useState } from 'preact/hooks'
import { useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { SingleKeys } from '../../shell/single-keys.tsx'
import { say } from '../../shell/toasts.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'
import { keepTo, languages } from '../../words/language.ts'
import { shell } from '../../words/shell.ts'

/** One's name and address, and how the page speaks. */
export function You() {
  return (
    <>
      <Section id="you" title={words.name}>
        <Name />
      </Section>
      <Section id="email" title={words.email}>
        <Email />
      </Section>
      <Section id="look" title={words.look} note={words.appearance}>
        <Look />
      </Section>
    </>
  )
}

function Name() {
  const me = useAnswer('GET /v1/me', {})
  const rename = useAct('PATCH /v1/me')
  const act = async (name: string) => {
    if ((await rename.run({ body: { name } })) === null) return
    say(words.changed)
    me.reload()
  }
  return (
    <Answer of={me}>
      {({ principal }) => (
        <form class="form narrow" onSubmit={(event) => void act(String(sent(event)['name']))}>
          <Field
            name="name"
            label={words.name}
            hint={words.nameHint}
            defaultValue={principal.name ?? ''}
            maxLength={100}
            autoComplete="name"
          />
          <Complaint error={rename.error} />
          <div class="actions">
            <button class="button" type="submit" aria-disabled={rename.isBusy}>
              {common.save}
            </button>
          </div>
        </form>
      )}
    </Answer>
  )
}

function Email() {
  const { principal } = useMe()
  const begin = useAct('POST /v1/me/email')
  const verify = useAct('POST /v1/me/email/verify')
  const [held, setHeld] = useState<{ oldChallenge: string; newChallenge: string } | null>(null)
  const ask = async (email: string) => {
    const begun = await begin.run({ body: { email } })
    if (begun !== null) setHeld(begun.answer)
  }
  const confirm = async ({ oldCode = '', newCode = '' }: Readonly<Record<string, string>>) => {
    if (held === null) return
    const body = { ...held, oldCode: oldCode.trim(), newCode: newCode.trim() }
    if ((await verify.run({ body })) !== null) location.reload()
  }
  if (held === null)
    return (
      <form class="form narrow" onSubmit={(event) => void ask(String(sent(event)['email']).trim())}>
        <p>{principal.email}</p>
        <Field name="email" type="email" label={words.newEmail} hint={words.emailHint} required autoComplete="email" />
        <Complaint error={begin.error} />
        <div class="actions">
          <button class="button" type="submit" aria-disabled={begin.isBusy}>
            {words.sendCodes}
          </button>
        </div>
      </form>
    )
  return (
    <form class="form narrow" onSubmit={(event) => void confirm(sent(event) as Record<string, string>)}>
      <Field name="oldCode" label={words.oldCode} inputMode="numeric" autoComplete="one-time-code" required />
      <Field name="newCode" label={words.newCode} inputMode="numeric" autoComplete="one-time-code" required />
      <Complaint error={verify.error} />
      <div class="actions">
        <button class="button main" type="submit" aria-disabled={verify.isBusy}>
          {words.confirm}
        </button>
        <button class="button" type="button" onClick={() => setHeld(null)}>
          {common.cancel}
        </button>
      </div>
    </form>
  )
}

function Look() {
  const { principal } = useMe()
  const change = useAct('PATCH /v1/me')
  const choose = async (language: (typeof languages)[number] | null) => {
    if ((await change.run({ body: { language } })) !== null) keepTo(language)
  }
  return (
    <div class="form narrow">
      <Select
        name="language"
        label={words.language}
        hint={words.languageHint}
        value={principal.language ?? ''}
        options={(['', ...languages] as const).map((value) => ({ value, label: words.languages[value] }))}
        onChange={({ currentTarget }) => void choose(languages.find((one) => one === currentTarget.value) ?? null)}
      />
      <fieldset class="choices">
        <legend>{shell.shortcuts}</legend>
        <SingleKeys label={words.singleKeys} hint={words.singleKeysHint} />
      </fieldset>
    </div>
  )
}
