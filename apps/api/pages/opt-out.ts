import type { Context } from 'hono'
import { html } from 'hono/html'
import { sayReason, words } from '#db/model/words/index.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { askToSpare, findSpared } from '#db/queries/do-not-scan.ts'
import { arrivalOf, auditOf } from '../accounts/context.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { readSpared } from '../routes/instance/do-not-scan.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, showPage } from './layout.ts'
import { languageFor, wordsFor } from './words/index.ts'

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** Where an owner asks to be left alone, and proves to be the owner: else anybody could hide anybody's host. */
export function optOutPage(app: Api, { db, bell }: Deps) {
  const ask = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 422 = 200, host = '') => {
    const says = wordsFor(c)
    return showPage(c, {
      title: says.optOut.title,
      status,
      body: html`${complaint(sentence)}
        <p>${says.optOut.text}</p>
        ${form('/opt-out', says.goOn, field({ name: 'host', label: says.optOut.host, value: host, hint: says.optOut.hint }))}
        <p><a href="/probes">${says.optOut.whatWasIt}</a></p>`,
    })
  }

  const follow = async (c: Context<ApiEnv>, id: string, sentence: string | null = null) => {
    const asked = isId(id) ? await findSpared(db, id) : undefined
    if (!asked?.token) return c.notFound()
    const host = asked.value.split('/')[0]!
    const { optOut: says } = wordsFor(c)
    const language = languageFor(c)
    const { instant } = words[language].formats
    if (asked.status === 'holds') return showPage(c, { title: says.alone, body: html`<p>${says.untouched(host)}</p>` })
    const publish =
      asked.kind === 'name'
        ? html`<p>${says.publish}</p>
            <pre>_portlight-optout.${host}. TXT "token=${asked.token}"</pre>`
        : html`<p>${says.serve}</p>
            <pre>http://${host.includes(':') ? `[${host}]` : host}/.well-known/portlight/${asked.token}</pre>
            <p>${says.token}: <span class="code">${asked.token}</span></p>`
    return showPage(c, {
      title: says.show(host),
      body: html`${complaint(sentence)} ${publish}
        <p role="status">
          ${asked.checkedAt === null ? says.notLooked : says.looked(instant(asked.checkedAt.toISOString()), says.statuses[asked.status], sayReason(asked.detail ?? '', language))}
        </p>
        ${form(`/opt-out/${id}`, says.lookNow)}
        <p><a href="/opt-out/${id}">${says.seen}</a></p>`,
    })
  }

  app.get('/opt-out', (c) => ask(c, null))
  app.post('/opt-out', (c) =>
    handleForm(
      c,
      async ({ host = '' }) => {
        const spared = readSpared(host.trim())
        if (spared.kind === 'range' && !/\/(32|128)$/.test(spared.value))
          return ask(c, wordsFor(c).optOut.oneAddress, 422, host)
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
