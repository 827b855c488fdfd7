import { html } from 'hono/html'
import { writeAudit } from '#db/queries/audit.ts'
import { endSessions } from '#db/queries/sessions.ts'
import { findUser, membershipsOf } from '#db/queries/users.ts'
import { auditBy, selfOf } from '../accounts/self.ts'
import { dropTokens } from '../accounts/tokens.ts'
import type { Api, Deps } from '../app.ts'
import { handleForm } from './handle-form.ts'
import { field, form, showPage } from './layout.ts'

/** Who one is, a passkey to add, and the way out, until the dashboard has them. */
export function accountPage(app: Api, deps: Deps) {
  const { db } = deps
  app.get('/account', async (c) => {
    const asker = await c.get('identify')(c)
    if (typeof asker === 'string' || asker.principal.kind !== 'user') return c.redirect('/sign-in', 303)
    const user = (await findUser(db, asker.principal.id))!
    const organisations = await membershipsOf(db, user.id)
    const current = organisations.find(({ id }) => id === asker.organisationId)
    return showPage(c, {
      title: 'Your account',
      scripts: ['webauthn.js', 'passkey.js'],
      body: html`<p>Signed in as <strong>${user.emailDisplay}</strong>, ${asker.role} of “${current?.name ?? ''}”.</p>
        <p>Everything else is done by the <a href="/docs">API</a> and the command line for now.</p>
        <h2>Add a passkey</h2>
        <form data-passkey data-ceremony="create" data-options-url="/v1/me/passkeys/options" data-send-url="/v1/me/passkeys" data-next="/account">
          ${field({ name: 'name', label: 'A name for it', value: 'My passkey' })}
          <p><button type="submit">Add a passkey</button></p>
          <p role="status"></p>
        </form>
        <h2>Leave</h2>
        ${form('/account/sign-out', 'Sign out')}`,
    })
  })
  app.post('/account/sign-out', (c) =>
    handleForm(
      c,
      async () => {
        const asker = await c.get('identify')(c)
        if (typeof asker !== 'string' && asker.credential.kind === 'session') {
          c.set('actor', asker)
          const { userId, sessionId } = selfOf(c)
          await db.transaction().execute(async (db) => {
            await endSessions(db, userId, { only: sessionId }, 'logged-out')
            await writeAudit(db, auditBy(c, 'session.end', { kind: 'session', id: sessionId }))
          })
        }
        dropTokens(c)
        return c.redirect('/sign-in', 303)
      },
      () => c.redirect('/sign-in', 303),
    ),
  )
}
