import type { Context } from 'hono'
import { html } from 'hono/html'
import { writeAudit } from '#db/queries/audit.ts'
import { askToSpare, findSpared } from '#db/queries/do-not-scan.ts'
import { arrivalOf, auditOf } from '../accounts/context.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { readSpared } from '../routes/instance/do-not-scan.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, showPage } from './layout.ts'

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** Where an owner asks to be left alone, and proves to be the owner: else anybody could hide anybody's host. */
export function optOutPage(app: Api, { db, bell }: Deps) {
  const ask = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 422 = 200, host = '') =>
    showPage(c, {
      title: 'Do not scan my host',
      status,
      body: html`${complaint(sentence)}
        <p>Once you have proved that a name or an address is yours, nothing here touches it any more: no scan, and no visit.</p>
        ${form('/opt-out', 'Go on', field({ name: 'host', label: 'Your name or address', value: host, hint: 'A name stands for all names below it.' }))}
        <p><a href="/probes">What was it that you saw?</a></p>`,
    })

  const follow = async (c: Context<ApiEnv>, id: string, sentence: string | null = null) => {
    const asked = isId(id) ? await findSpared(db, id) : undefined
    if (!asked?.token) return c.notFound()
    const host = asked.value.split('/')[0]!
    if (asked.status === 'holds')
      return showPage(c, { title: 'You are left alone', body: html`<p>Nothing here touches ${host} any more.</p>` })
    const publish =
      asked.kind === 'name'
        ? html`<p>Publish this TXT record:</p>
            <pre>_portlight-optout.${host}. TXT "token=${asked.token}"</pre>`
        : html`<p>Serve the token, and nothing else, at the bare address:</p>
            <pre>http://${host.includes(':') ? `[${host}]` : host}/.well-known/portlight/${asked.token}</pre>
            <p>Token: <span class="code">${asked.token}</span></p>`
    return showPage(c, {
      title: `Show that ${host} is yours`,
      body: html`${complaint(sentence)} ${publish}
        <p role="status">
          ${asked.checkedAt === null ? 'Not looked at yet.' : `Last looked at ${asked.checkedAt.toISOString()}: ${asked.status} (${asked.detail ?? ''}).`}
        </p>
        ${form(`/opt-out/${id}`, 'Look now')}
        <p><a href="/opt-out/${id}">Show what was seen</a></p>`,
    })
  }

  app.get('/opt-out', (c) => ask(c, null))
  app.post('/opt-out', (c) =>
    handleForm(
      c,
      async ({ host = '' }) => {
        const spared = readSpared(host.trim())
        if (spared.kind === 'range' && !/\/(32|128)$/.test(spared.value))
          return ask(c, 'One address at a time: a range is for the admins of this instance.', 422, host)
        const id = await askToSpare(db, spared)
        await writeAudit(db, {
          ...auditOf(arrivalOf(c), null, 'opt-out.ask', 'done'),
          subject: { kind: 'do-not-scan', id },
        })
        return c.redirect(`/opt-out/${id}`, 303)
      },
      (sentence, status, { host }) => ask(c, sentence, status as 422, host),
    ),
  )
  app.get('/opt-out/:id', (c) => follow(c, c.req.param('id')))
  app.post('/opt-out/:id', (c) => {
    const id = c.req.param('id')
    return handleForm(
      c,
      async () => {
        if (isId(id)) await bell.ring('check-opt-out', id, { optOutId: id }).catch(() => {})
        return c.redirect(`/opt-out/${id}`, 303)
      },
      (sentence) => follow(c, id, sentence),
    )
  })
}
