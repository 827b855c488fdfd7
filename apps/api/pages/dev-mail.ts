import { html } from 'hono/html'
import { latestMails } from '#db/queries/mails.ts'
import { composeMail } from '#workers/queue/compose-mail.ts'
import type { Api, Deps } from '../app.ts'
import { showPage } from './layout.ts'

/** What a mail server would have been given, on a developer's own machine: made anew at each look, since no store holds a code. */
export function devMailPage(app: Api, { db, site, credentials }: Deps) {
  if (site.mail !== 'page') return
  app.get('/dev/mail', async (c) => {
    if (!/^(127\.|::1$)/.test(c.get('client'))) return c.notFound()
    const keys = {
      publicUrl: site.publicUrl,
      code: credentials.keys('mailed-code')[0].secret,
      link: credentials.keys('mailed-link')[0].secret,
    }
    const mails = await Promise.all(
      (await latestMails(db)).map(async (mail) => ({ ...mail, composed: await composeMail(db, mail, keys) })),
    )
    return showPage(c, {
      title: 'Mail that was not sent',
      body: html`<p>There is no SMTP_URL, so mail is shown here, the newest first.</p>
        ${mails.map(({ recipient, createdAt, composed }) =>
          'reason' in composed
            ? ''
            : html`<h2>${composed.subject}</h2>
                <p>To ${recipient}, ${createdAt.toISOString()}</p>
                <pre>${composed.text}</pre>`,
        )}`,
    })
  })
}
