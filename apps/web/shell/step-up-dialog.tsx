import { useEffect, useState } from 'preact/hooks'
import { ask, type Operations, Problem } from '../api/ask.ts'
import { common } from '../words/common.ts'
import { stepUpWords as words } from '../words/step-up.ts'
import { Loading, wordsOf } from '../parts/answer.tsx'
import { Dialog, Field, Select, sent } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import { hasPasskeys, showPasskey } from '../api/passkey.ts'

type Question = Operations['POST /v1/step-up']['answer']
type Shown = Operations['POST /v1/step-up/verify']['input']['body']
type Typed = keyof typeof words.kinds

const isTyped = (kind: string): kind is Typed => Object.hasOwn(words.kinds, kind)

const sentenceOf = (error: unknown): string => {
  if (!(error instanceof Problem))
    return error instanceof Error && error.name !== 'NotAllowedError' ? wordsOf(error) : words.declined
  return { 'wrong-credentials': words.wrong, 'no-mail': words.noMail }[error.code] ?? wordsOf(error)
}

/** Asks for what the account has: a passkey, a code, or the mailed code beside the password. */
export function StepUpDialog({ onEnd }: { readonly onEnd: (isDone: boolean) => void }) {
  const [question, setQuestion] = useState<Question | null>(null)
  const [complaint, setComplaint] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [chosen, setChosen] = useState<Typed | null>(null)
  useEffect(() => {
    ask('POST /v1/step-up', {}).then(setQuestion, (error: unknown) => setComplaint(sentenceOf(error)))
  }, [])

  const tryIt = async (act: () => Promise<unknown>) => {
    if (isBusy) return
    setBusy(true)
    setComplaint(null)
    try {
      await act()
      onEnd(true)
    } catch (error) {
      setComplaint(sentenceOf(error))
      setBusy(false)
    }
  }
  const verify = (body: Shown) => ask('POST /v1/step-up/verify', { body })
  const byPasskey = ({ challenge }: Question) =>
    tryIt(async () => {
      const { options } = await ask('POST /v1/login/passkey/options', { body: { challenge } })
      await verify({ challenge, proof: { kind: 'passkey', response: await showPasskey(options) } })
    })

  const typed = question?.factors.filter(isTyped) ?? []
  const kind = chosen ?? typed[0]
  return (
    <Dialog title={words.title} onClose={() => onEnd(false)}>
      <p>{words.why}</p>
      {complaint === null ? null : (
        <p class="error" role="alert">
          <Icon name="attention" />
          {complaint}
        </p>
      )}
      {question === null ? (
        complaint === null ? (
          <Loading />
        ) : null
      ) : (
        <>
          {question.factors.includes('passkey') && (kind === undefined || hasPasskeys()) ? (
            <p>
              <button
                class={kind === undefined ? 'button main' : 'button'}
                type="button"
                aria-disabled={isBusy}
                onClick={() => void byPasskey(question)}
              >
                <Icon name="lock" />
                {words.usePasskey}
              </button>
            </p>
          ) : null}
          {kind === undefined ? null : (
            <form
              class="form"
              onSubmit={(event) => {
                const { 'step-up-code': code = '', 'step-up-password': password = '' } = sent(event) as Readonly<
                  Record<string, string>
                >
                const proof = { kind, code: code.trim() }
                const asked = { challenge: question.challenge, proof }
                void tryIt(() => verify(question.needsPassword ? { ...asked, password } : asked))
              }}
            >
              {typed.length < 2 ? null : (
                <Select
                  name="step-up-kind"
                  label={words.by}
                  value={kind}
                  options={typed.map((value) => ({ value, label: words.kinds[value] }))}
                  onChange={({ currentTarget }) => setChosen(currentTarget.value as Typed)}
                />
              )}
              {question.needsPassword ? (
                <Field
                  name="step-up-password"
                  label={words.password}
                  type="password"
                  autoComplete="current-password"
                  required
                />
              ) : null}
              <Field
                name="step-up-code"
                label={words.kinds[kind]}
                hint={words.hints[kind]}
                autoComplete="one-time-code"
                inputMode={kind === 'recovery-code' ? 'text' : 'numeric'}
                spellcheck={false}
                required
              />
              <p class="actions">
                <button class="button main" type="submit" aria-disabled={isBusy}>
                  {words.goOn}
                </button>
                <button class="button bare" type="button" onClick={() => onEnd(false)}>
                  {common.cancel}
                </button>
              </p>
            </form>
          )}
        </>
      )}
    </Dialog>
  )
}
