import type { Context } from 'hono'
import { html } from 'hono/html'
import { readEmail } from '#db/model/email.ts'
import { arrivalOf } from '../accounts/context.ts'
import { isToBeSetUp, setUp } from '../accounts/set-up.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { handleForm, type Sent } from './handle-form.ts'
import { complaint, field, form, showPage } from './layout.ts'
import { goOn } from './sign-in.ts'

export function setUpPage(app: Api, deps: Deps) {
  const show = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 401 = 200, sent: Sent = {}) =>
    showPage(c, {
      title: 'Make the first account',
      status,
      body: html`${complaint(sentence)}
        <p>It runs this Portlight. The code was printed when Portlight was started.</p>
        ${form(
          '/set-up',
          'Make it',
          field({ name: 'code', label: 'Set-up code', value: sent['code'] ?? '' }),
          field({
            name: 'email',
            label: 'Mail address',
            type: 'email',
            value: sent['email'] ?? '',
            autocomplete: 'email',
          }),
          field({
            name: 'name',
            label: 'Your name',
            value: sent['name'] ?? '',
            autocomplete: 'name',
            isOptional: true,
          }),
          field({
            name: 'password',
            label: 'Password',
            type: 'password',
            autocomplete: 'new-password',
            hint: 'At least 8 characters, of whatever kind; not one of the common ones.',
          }),
        )}`,
    })
  app.get('/set-up', async (c) => ((await isToBeSetUp(deps)) ? show(c, null) : c.redirect('/sign-in', 303)))
  app.post('/set-up', (c) =>
    handleForm(
      c,
      async ({ code = '', email = '', name = '', password = '' }) => {
        const facts = { code, email: readEmail(email), name: name.trim().slice(0, 100), password, wantsKey: false }
        const { signedIn } = await setUp(deps, facts, null, arrivalOf(c))
        return goOn(c, { status: 'signed-in', signedIn })
      },
      (sentence, status, sent) => show(c, sentence, status as 401, sent),
    ),
  )
}
