import type { Context } from 'hono'
import { html } from 'hono/html'
import { readEmail } from '#db/model/email.ts'
import { arrivalOf } from '../accounts/context.ts'
import { isToBeSetUp, setUp } from '../accounts/set-up.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { handleForm, type Sent } from './handle-form.ts'
import { complaint, field, form, showPage } from './layout.ts'
import { wordsFor } from './words/index.ts'
import { goOn } from './sign-in.ts'

export function setUpPage(app: Api, deps: Deps) {
  const show = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 401 = 200, sent: Sent = {}) => {
    const says = wordsFor(c)
    return showPage(c, {
      title: says.setUp.title,
      status,
      body: html`${complaint(sentence)}
        <p>${says.setUp.text}</p>
        ${form(
          '/set-up',
          says.setUp.make,
          field({ name: 'code', label: says.setUp.code, value: sent['code'] ?? '' }),
          field({
            name: 'email',
            label: says.email,
            type: 'email',
            value: sent['email'] ?? '',
            autocomplete: 'email',
          }),
          field({
            name: 'name',
            label: says.yourName,
            value: sent['name'] ?? '',
            autocomplete: 'name',
            isOptional: true,
          }),
          field({
            name: 'password',
            label: says.password,
            type: 'password',
            autocomplete: 'new-password',
            hint: says.passwordHint,
          }),
        )}`,
    })
  }
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
