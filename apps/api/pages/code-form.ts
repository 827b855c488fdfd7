import type { Context } from 'hono'
import { html } from 'hono/html'
import { type Email, readEmail } from '#db/model/email.ts'
import { type Arrival, arrivalOf } from '../accounts/context.ts'
import type { SignInOutcome } from '../accounts/sign-in.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { readCookie, writeCookie } from '../credentials/cookies.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, remember, showPage } from './layout.ts'
import { wordsFor } from './words/index.ts'
import { goOn } from './sign-in.ts'

interface CodeForm {
  readonly path: string
  /** Whose words it has. */
  readonly kind: 'signUp' | 'reset'
  /** Whether a name is asked beside the password. */
  readonly asksName: boolean
  readonly begin: (deps: Deps, email: Email, arrival: Arrival) => Promise<{ challenge: string }>
  readonly complete: (
    deps: Deps,
    answer: { challenge: string; code: string; password: string; name: string; isRemembered: boolean },
    arrival: Arrival,
  ) => Promise<SignInOutcome>
}

/** Two pages: an address, to which a code is mailed; then the code, with a password. */
export const codeForm =
  ({ path, kind, asksName, begin, complete }: CodeForm) =>
  (app: Api, deps: Deps): void => {
    const ask = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 422 = 200, email = '') => {
      const says = wordsFor(c)
      const { title, intro } = says.codes[kind]
      return showPage(c, {
        title,
        status,
        body: html`${complaint(sentence)}
          <p>${intro}</p>
          ${form(path, says.codes.mail, field({ name: 'email', label: says.email, type: 'email', value: email, autocomplete: 'email' }))}
          <p><a href="/sign-in">${says.codes.signInInstead}</a></p>`,
      })
    }
    const askCode = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 422 = 200, name = '') => {
      const says = wordsFor(c)
      return showPage(c, {
        title: says.codes.look,
        status,
        body: html`${complaint(sentence)}
          <p>${says.codes.onItsWay}</p>
          ${form(
            `${path}/code`,
            says.goOn,
            field({ name: 'code', label: says.codes.code, autocomplete: 'one-time-code', inputmode: 'numeric' }),
            asksName
              ? field({ name: 'name', label: says.yourName, value: name, autocomplete: 'name', isOptional: true })
              : html``,
            field({
              name: 'password',
              label: says.codes.newPassword,
              type: 'password',
              autocomplete: 'new-password',
              hint: says.passwordHint,
            }),
            remember(c),
          )}
          <p><a href="${path}">${says.codes.another}</a></p>`,
      })
    }

    app.get(path, (c) => ask(c, null))
    app.post(path, (c) =>
      handleForm(
        c,
        async ({ email = '' }) => {
          const { challenge } = await begin(deps, readEmail(email), arrivalOf(c))
          writeCookie(c, 'challenge', challenge, 600)
          return c.redirect(`${path}/code`, 303)
        },
        (sentence, status, { email }) => ask(c, sentence, status as 422, email),
      ),
    )
    app.get(`${path}/code`, (c) => askCode(c, null))
    app.post(`${path}/code`, (c) =>
      handleForm(
        c,
        async ({ code = '', password = '', name = '', isRemembered }) => {
          const answer = {
            challenge: readCookie(c, 'challenge') ?? '',
            code: code.trim(),
            password,
            name: name.trim().slice(0, 100),
            isRemembered: isRemembered === 'on',
          }
          return goOn(c, await complete(deps, answer, arrivalOf(c)))
        },
        (sentence, status, { name }) => askCode(c, sentence, status as 422, name),
      ),
    )
  }
