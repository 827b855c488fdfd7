import type { Context } from 'hono'
import { html } from 'hono/html'
import { words } from '#db/model/words/index.ts'
import { findProbe } from '#db/queries/switches.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { field, showPage } from './layout.ts'
import { languageFor, wordsFor } from './words/index.ts'

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** For whoever found us in a log: what a probe was and by what right, and nothing of who asked for it. */
export function probesPage(app: Api, { db, site }: Deps) {
  const contact = (c: Context<ApiEnv>) =>
    site.abuseContact === null
      ? html``
      : html`<p>${wordsFor(c).probes.writeTo} <a href="${site.abuseContact}">${site.abuseContact.replace(/^mailto:/, '')}</a>.</p>`

  app.get('/probes', (c) => {
    const id = (c.req.query('id') ?? '').trim().toLowerCase()
    if (isId(id)) return c.redirect(`/probes/${id}`, 303)
    const { probes: says, optOut } = wordsFor(c)
    return showPage(c, {
      title: says.title,
      body: html`<p>${says.text}</p>
        <form method="get" action="/probes">
          ${field({ name: 'id', label: says.id, value: id, hint: says.hint })}
          <p><button type="submit">${says.lookUp}</button></p>
        </form>
        <p><a href="/opt-out">${optOut.title}</a></p>
        ${contact(c)}`,
    })
  })

  app.get('/probes/:id', async (c) => {
    const id = c.req.param('id')
    const { probes: says, optOut } = wordsFor(c)
    const language = languageFor(c)
    const found = isId(id) ? await findProbe(db, id) : undefined
    if (!found)
      return showPage(c, {
        title: says.none,
        status: 404,
        body: html`<p><a href="/probes">${says.another}</a></p>`,
      })
    const { scanner, tier, authority, startedAt, finishedAt, status, addresses } = found
    const at = (time: Date | null) => time && words[language].formats.instant(time.toISOString())
    const right =
      authority === null
        ? says.notNoted
        : authority.basis === 'proved'
          ? says.proved(authority.proof?.kind ?? 'address')
          : authority.basis === 'attested'
            ? says.attested
            : authority.basis === 'operator'
              ? says.operator
              : says.visit
    return showPage(c, {
      title: says.this,
      body: html`<dl>
          <dt>${says.what}</dt>
          <dd>${scanner}, ${tier === null ? says.notBegun : says.tiers[tier]}, ${words[language].terms.runStatus[status]}</dd>
          <dt>${says.when}</dt>
          <dd>${at(startedAt) ?? says.notBegun} ${says.to} ${at(finishedAt) ?? says.now}</dd>
          <dt>${says.right}</dt>
          <dd>${right}</dd>
          <dt>${says.touched}</dt>
          <dd>${addresses}</dd>
        </dl>
        <p><a href="/opt-out">${optOut.title}</a></p>
        ${contact(c)}`,
    })
  })

  // RFC 9511: the form of security.txt (RFC 9116), at a place of its own.
  app.get('/.well-known/probing.txt', (c) => {
    const inAYear = new Date(Date.now() + 365 * 24 * 3_600_000).toISOString().slice(0, 19)
    const lines = [
      `Canonical: ${site.publicUrl}/.well-known/probing.txt`,
      ...(site.abuseContact === null ? [] : [`Contact: ${site.abuseContact}`]),
      `Expires: ${inAYear}Z`,
      'Preferred-Languages: en, de',
      'Probe-description: Portlight looks at TCP ports, TLS, DNS, registration and HTTP header fields of hosts for their owners, and visits other hosts once, politely.',
      `Probe-lookup: ${site.publicUrl}/probes`,
      `Opt-out: ${site.publicUrl}/opt-out`,
    ]
    return c.text(`${lines.join('\n')}\n`)
  })
}
