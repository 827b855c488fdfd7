import { html } from 'hono/html'
import { findProbe } from '#db/queries/switches.ts'
import type { Api, Deps } from '../app.ts'
import { field, showPage } from './layout.ts'

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** For whoever found us in a log: what a probe was and by what right, and nothing of who asked for it. */
export function probesPage(app: Api, { db, site }: Deps) {
  const contact = () =>
    site.abuseContact === null
      ? html``
      : html`<p>Write to <a href="${site.abuseContact}">${site.abuseContact.replace(/^mailto:/, '')}</a>.</p>`

  app.get('/probes', (c) => {
    const id = (c.req.query('id') ?? '').trim().toLowerCase()
    if (isId(id)) return c.redirect(`/probes/${id}`, 303)
    return showPage(c, {
      title: 'What did Portlight do here?',
      body: html`<p>Portlight looks at hosts for the people who own them, and visits others once, politely. What it asks by HTTP names a page like this one.</p>
        <form method="get" action="/probes">
          ${field({ name: 'id', label: 'Probe id', value: id, hint: 'From the User-Agent, behind /probes/.' })}
          <p><button type="submit">Look it up</button></p>
        </form>
        <p><a href="/opt-out">Do not scan my host</a></p>
        ${contact()}`,
    })
  })

  app.get('/probes/:id', async (c) => {
    const id = c.req.param('id')
    const found = isId(id) ? await findProbe(db, id) : undefined
    if (!found)
      return showPage(c, {
        title: 'No such probe',
        status: 404,
        body: html`<p><a href="/probes">Look up another</a></p>`,
      })
    const { scanner, tier, authority, startedAt, finishedAt, status, addresses } = found
    const right =
      authority === null
        ? 'not noted'
        : authority.basis === 'proved'
          ? `its owner proved it (${authority.proof?.kind ?? 'address'})`
          : authority.basis === 'attested'
            ? 'whoever runs this instance states authority; it is not proved'
            : authority.basis === 'operator'
              ? 'the operator of this instance opened the address'
              : 'none was needed: a visit as anybody makes it'
    return showPage(c, {
      title: 'This probe',
      body: html`<dl>
          <dt>What</dt>
          <dd>${scanner}, ${tier ?? 'not begun'}, ${status}</dd>
          <dt>When</dt>
          <dd>${startedAt?.toISOString() ?? 'not begun'} to ${finishedAt?.toISOString() ?? 'now'}</dd>
          <dt>By what right</dt>
          <dd>${right}</dd>
          <dt>Addresses touched</dt>
          <dd>${addresses}</dd>
        </dl>
        <p><a href="/opt-out">Do not scan my host</a></p>
        ${contact()}`,
    })
  })

  // RFC 9511: the form of security.txt (RFC 9116), at a place of its own.
  app.get('/.well-known/probing.txt', (c) => {
    const inAYear = new Date(Date.now() + 365 * 24 * 3_600_000).toISOString().slice(0, 19)
    const lines = [
      `Canonical: ${site.publicUrl}/.well-known/probing.txt`,
      ...(site.abuseContact === null ? [] : [`Contact: ${site.abuseContact}`]),
      `Expires: ${inAYear}Z`,
      'Preferred-Languages: en',
      'Probe-description: Portlight looks at TCP ports, TLS, DNS, registration and HTTP header fields of hosts for their owners, and visits other hosts once, politely.',
      `Probe-lookup: ${site.publicUrl}/probes`,
      `Opt-out: ${site.publicUrl}/opt-out`,
    ]
    return c.text(`${lines.join('\n')}\n`)
  })
}
