import type { Context } from 'hono'
import { html } from 'hono/html'
import { arrivalOf } from '../accounts/context.ts'
import { acceptAsMember, acceptAsNewcomer, openInvitation } from '../accounts/invitations.ts'
import { reportSignIn } from '../accounts/not-me.ts'
import { restoreAccount } from '../accounts/restore.ts'
import { selfOf } from '../accounts/self.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, showPage } from './layout.ts'
import { goOn } from './sign-in.ts'

// Pages that mailed links open. A mail filter follows links too, so a link does nothing: its page has one button.

const linkOf = (c: Context<ApiEnv>) => ({ id: c.req.query('id') ?? '', token: c.req.query('token') ?? '' })
const hidden = ({ id, token }: { id: string; token: string }) => [
  field({ name: 'id', label: '', type: 'hidden', value: id }),
  field({ name: 'token', label: '', type: 'hidden', value: token }),
]
const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
const wornOut = 'This link is worn out: it was used, is too old, or is not whole.'

export function notMePage(app: Api, deps: Deps) {
  const show = (
    c: Context<ApiEnv>,
    link: { id: string; token: string },
    sentence: string | null,
    status: 200 | 401 = 200,
  ) =>
    showPage(c, {
      title: 'This was not me',
      status,
      body: html`${complaint(sentence)}
        <p>This ends every session of your account, forgets every browser that it knows, and takes the password away. You then choose a new one by a mailed code.</p>
        ${form('/not-me', 'This was not me: end everything', ...hidden(link))}`,
    })
  app.get('/not-me', (c) => show(c, linkOf(c), null))
  app.post('/not-me', (c) =>
    handleForm(
      c,
      async ({ id = '', token = '' }) => {
        if (!isId(id)) return show(c, { id, token }, wornOut, 401)
        await reportSignIn(deps, { sessionId: id, token }, arrivalOf(c))
        return showPage(c, {
          title: 'Every session has ended',
          body: html`<p>Nobody is signed in to your account any more. <a href="/reset">Choose a new password</a>, one that you use nowhere else.</p>`,
        })
      },
      (_sentence, status, { id = '', token = '' }) => show(c, { id, token }, wornOut, status as 401),
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
      title: 'Have your account back',
      status,
      body: html`${complaint(sentence)} ${form('/restore', 'Restore my account', ...hidden(link))}`,
    })
  app.get('/restore', (c) => show(c, linkOf(c), null))
  app.post('/restore', (c) =>
    handleForm(
      c,
      async ({ id = '', token = '' }) => {
        if (!isId(id)) return show(c, { id, token }, wornOut, 401)
        await restoreAccount(deps, { id, token }, arrivalOf(c))
        return c.redirect('/sign-in', 303)
      },
      (_sentence, status, { id = '', token = '' }) => show(c, { id, token }, wornOut, status as 401),
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
    const invitation = isId(link.id) ? await openInvitation(deps, link).catch(() => null) : null
    if (invitation === null)
      return showPage(c, { title: 'Invitation', status: 401, body: complaint(sentence ?? wornOut) })
    const isSignedIn = typeof (await c.get('identify')(c)) !== 'string'
    return showPage(c, {
      title: `Join “${invitation.organisation}”`,
      status,
      body: html`${complaint(sentence)}
        <p>You are invited as ${invitation.role}, with the address ${invitation.email}.</p>
        ${
          isSignedIn
            ? form('/invitation', 'Join', ...hidden(link))
            : invitation.hasAccount
              ? html`<p>This address has an account: <a href="/sign-in">sign in</a>, then open the link again.</p>`
              : form(
                  '/invitation',
                  'Make my account and join',
                  ...hidden(link),
                  field({ name: 'name', label: 'Your name', autocomplete: 'name', isOptional: true }),
                  field({
                    name: 'password',
                    label: 'Password',
                    type: 'password',
                    autocomplete: 'new-password',
                    hint: 'At least 8 characters, of whatever kind; not one of the common ones.',
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
        if (!isId(id)) return show(c, link, wornOut, 401)
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
