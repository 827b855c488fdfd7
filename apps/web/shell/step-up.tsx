import { useState } from 'preact/hooks'
import type { Operations } from '../../client/index.ts'
import { ask } from '../api/ask.ts'
import { Complaint, Dialog, Field, sent } from '../parts/form.tsx'
import { account as words } from '../words/account.ts'

type Question = Operations['POST /v1/step-up']['answer']
interface Asking {
  readonly question: Question
  readonly end: (hasShown: boolean) => void
}

let show: (asking: Asking | null) => void = () => {}

/** Asks for a second factor; true once it was shown. @throws Problem, NoAnswer where it cannot be asked for */
export async function stepUp(): Promise<boolean> {
  const question = await ask('POST /v1/step-up', {})
  return new Promise((resolve) =>
    show({
      question,
      end: (hasShown) => {
        show(null)
        resolve(hasShown)
      },
    }),
  )
}

export function StepUp() {
  const [asking, setAsking] = useState<Asking | null>(null)
  show = setAsking
  return asking === null ? null : <Ask key={asking.question.challenge} {...asking} />
}

function Ask({ question: { challenge, factors, needsPassword }, end }: Asking) {
  const [error, setError] = useState<Error | null>(null)
  const verify = async (proof: object, password?: string) => {
    try {
      const body = { challenge, proof, ...(password === undefined ? {} : { password }) }
      await ask('POST /v1/step-up/verify', { body: body as never })
      end(true)
    } catch (error) {
      setError(error as Error)
    }
  }
  const byPasskey = async () => {
    try {
      const [{ startAuthentication }, { options }] = await Promise.all([
        import('@simplewebauthn/browser'),
        ask('POST /v1/login/passkey/options', { body: { challenge } }),
      ])
      await verify({ kind: 'passkey', response: await startAuthentication({ optionsJSON: options as never }) })
    } catch (error) {
      setError(error as Error)
    }
  }
  const typed = factors.filter((kind) => kind !== 'passkey')
  return (
    <Dialog title={words.stepUpTitle} onClose={() => end(false)}>
      <p>{words.stepUpText}</p>
      {factors.includes('passkey') ? (
        <p>
          <button class="button" type="button" onClick={() => void byPasskey()}>
            {words.factors.passkey}
          </button>
        </p>
      ) : null}
      {typed.map((kind) => (
        <form
          key={kind}
          class="form"
          onSubmit={(event) => {
            const { code = '', password } = sent(event) as Record<string, string>
            void verify({ kind, code: code.trim() }, password)
          }}
        >
          {needsPassword ? (
            <Field name="password" label={words.password} type="password" autoComplete="current-password" required />
          ) : null}
          <Field name="code" label={words.factors[kind]} autoComplete="one-time-code" required />
          <div class="actions">
            <button class="button main" type="submit">
              {words.goOn}
            </button>
          </div>
        </form>
      ))}
      <Complaint error={error} />
    </Dialog>
  )
}
