import type { Context } from 'hono'
import { html } from 'hono/html'
import { words } from '#db/model/words/index.ts'
import { arrivalOf } from '../accounts/context.ts'
import { acceptAsMember, acceptAsNewcomer, openInvitation } from '../accounts/invitations.ts'
import { reportSignIn } from '../accounts/not-me.ts'
import { restoreAccount } from '../accounts/restore.ts'
import { selfOf } from '../accounts/self.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, showPage } from './layout.ts'
import { languageFor, wordsFor } from './words/index.ts'
import { goOn } from './sign-in.ts'

// Pages that mailed links open. A mail filter follows links too, so a link does nothing: its page has one button.

const linkOf = (c: Context<ApiEnv>) => ({ id: c.req.query('id') ?? '', token: c.req.query('token') ?? '' })
const hidden = ({ id, token }: { id: string; token: string }) => [
  field({ name: 'id', label: '', type: 'hidden', value: id }),
  field({ name: 'token', label: '', type: 'hidden', value: token }),
]
const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

export function notMePage(app: Api, deps: Deps) {
  const show = (
    c: Context<ApiEnv>,
    link: { id: string; token: string },
    sentence: string | null,
    status: 200 | 401 = 200,
  ) =>
    showPage(c, {
      title: wordsFor(c).notMe.title,
      status,
      body: html`${complaint(sentence)}
        <p>${wordsFor(c).notMe.text}</p>
        ${form('/not-me', wordsFor(c).notMe.end, ...hidden(link))}`,
    })
  app.get('/not-me', (c) => show(c, linkOf(c), null))
  app.post('/not-me', (c) =>
    handleForm(
      c,
      async ({ id = '', token = '' }) => {
        if (!isId(id)) return show(c, { id, token }, wordsFor(c).wornOut, 401)
        await reportSignIn(deps, { sessionId: id, token }, arrivalOf(c))
        return showPage(c, {
          title: wordsFor(c).notMe.done,
          body: html`<p>${wordsFor(c).notMe.nobody} <a href="/reset">${wordsFor(c).notMe.choose}</a></p>`,
        })
      },
      (_sentence, status, { id = '', token = '' }) => show(c, { id, token }, wordsFor(c).wornOut, status as 401),
    ),
  )
}

export function restorePage(app: Api, deps: Deps) {
  const show = (
    c: Context<ApiEnv>,
    link: { id: string; token: string },
    sentence: string | null,
    status: 200 | 401 = 200,
  ) =>
    showPage(c, {
      title: wordsFor(c).restore.title,
      status,
      body: html`${complaint(sentence)} ${form('/restore', wordsFor(c).restore.restore, ...hidden(link))}`,
    })
  app.get('/restore', (c) => show(c, linkOf(c), null))
  app.post('/restore', (c) =>
    handleForm(
      c,
      async ({ id = '', token = '' }) => {
        if (!isId(id)) return show(c, { id, token }, wordsFor(c).wornOut, 401)
        await restoreAccount(deps, { id, token }, arrivalOf(c))
        return c.redirect('/sign-in', 303)
      },
      (_sentence, status, { id = '', token = '' }) => show(c, { id, token }, wordsFor(c).wornOut, status as 401),
    ),
  )
}

export function invitationPage(app: Api, deps: Deps) {
  const show = async (
    c: Context<ApiEnv>,
    link: { id: string; token: string },
    sentence: string | null,
    status: 200 | 401 = 200,
  ) => {
    const says = wordsFor(c)
    const invitation = isId(link.id) ? await openInvitation(deps, link).catch(() => null) : null
    if (invitation === null)
      return showPage(c, {
        title: says.invitation.title,
        status: 401,
        body: complaint(sentence ?? wordsFor(c).wornOut),
      })
    const isSignedIn = typeof (await c.get('identify')(c)) !== 'string'
    return showPage(c, {
      title: says.invitation.join(invitation.organisation),
      status,
      body: html`${complaint(sentence)}
        <p>${says.invitation.invited(words[languageFor(c)].terms.role[invitation.role], invitation.email)}</p>
        ${
          isSignedIn
            ? form('/invitation', says.invitation.joinNow, ...hidden(link))
            : invitation.hasAccount
              ? html`<p><a href="/sign-in">${says.invitation.hasAccount}</a></p>`
              : form(
                  '/invitation',
                  says.invitation.makeAccount,
                  ...hidden(link),
                  field({ name: 'name', label: says.yourName, autocomplete: 'name', isOptional: true }),
                  field({
                    name: 'password',
                    label: says.password,
                    type: 'password',
                    autocomplete: 'new-password',
                    hint: says.passwordHint,
                  }),
                )
        }`,
    })
  }
  app.get('/invitation', (c) => show(c, linkOf(c), null))
  app.post('/invitation', (c) =>
    handleForm(
      c,
      async ({ id = '', token = '', password, name = '' }) => {
        const link = { id, token }
        if (!isId(id)) return show(c, link, wordsFor(c).wornOut, 401)
        const asker = await c.get('identify')(c)
        if (password === undefined && typeof asker !== 'string') {
          c.set('actor', asker)
          await acceptAsMember(deps, selfOf(c), link, arrivalOf(c))
          return c.redirect('/', 303)
        }
        const answer = { ...link, password: password ?? '', name: name.trim().slice(0, 100), isRemembered: false }
        return goOn(c, { status: 'signed-in', signedIn: await acceptAsNewcomer(deps, answer, arrivalOf(c)) })
      },
      (sentence, status, { id = '', token = '' }) => show(c, { id, token }, sentence, status as 401),
    ),
  )
}
