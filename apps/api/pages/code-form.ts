import type { Context } from 'hono'
import { html } from 'hono/html'
import { type Email, readEmail } from '#db/model/email.ts'
import { type Arrival, arrivalOf } from '../accounts/context.ts'
import type { SignInOutcome } from '../accounts/sign-in.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { readCookie, writeCookie } from '../credentials/cookies.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, remember, showPage } from './layout.ts'
import { goOn } from './sign-in.ts'

interface CodeForm {
  readonly path: string
  readonly title: string
  readonly intro: string
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
  ({ path, title, intro, asksName, begin, complete }: CodeForm) =>
  (app: Api, deps: Deps): void => {
    const ask = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 422 = 200, email = '') =>
      showPage(c, {
        title,
        status,
        body: html`${complaint(sentence)}
          <p>${intro}</p>
          ${form(path, 'Mail me a code', field({ name: 'email', label: 'Mail address', type: 'email', value: email, autocomplete: 'email' }))}
          <p><a href="/sign-in">Sign in instead</a></p>`,
      })
    const askCode = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 422 = 200, name = '') =>
      showPage(c, {
        title: 'Look into your mail',
        status,
        body: html`${complaint(sentence)}
          <p>If everything is right with the address, a code is on its way. It is good for ten minutes, in this window.</p>
          ${form(
            `${path}/code`,
            'Go on',
            field({ name: 'code', label: 'Code from the mail', autocomplete: 'one-time-code', inputmode: 'numeric' }),
            asksName
              ? field({ name: 'name', label: 'Your name', value: name, autocomplete: 'name', isOptional: true })
              : html``,
            field({
              name: 'password',
              label: 'New password',
              type: 'password',
              autocomplete: 'new-password',
              hint: 'At least 8 characters, of whatever kind; not one of the common ones.',
            }),
            remember,
          )}
          <p><a href="${path}">Mail another code</a></p>`,
      })

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
