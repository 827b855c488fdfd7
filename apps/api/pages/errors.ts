import { html } from 'hono/html'
import type { Api } from '../app.ts'
import { errorPath, type ProblemCode, problems } from '../problems.ts'
import { showPage } from './layout.ts'

const codes = Object.keys(problems) as ProblemCode[]

/** What a program does with it. */
function advice(code: ProblemCode): string {
  const { status } = problems[code]
  if (code === 'request-in-progress' || status === 429 || status === 503)
    return 'Send the same request again after the seconds that `Retry-After` names, a POST with the same `Idempotency-Key`.'
  if (status >= 500)
    return 'Send the same request again with the same `Idempotency-Key`; if it stays, tell whoever runs this Portlight the request id.'
  if (status === 401) return 'Get a new credential first; the same request with the same one is refused again.'
  return 'The same request is refused again: change it first. `detail`, and `errors` where it is there, say what.'
}

/** A page for each code that the API answers with. */
export function errorPages(app: Api): void {
  app.get('/docs/errors', (c) =>
    showPage(c, {
      title: 'Problems',
      body: html`<ul>
        ${codes.map((code) => html`<li><a href="${errorPath(code)}">${code}</a>: ${problems[code].title}</li>`)}
      </ul>`,
    }),
  )
  for (const code of codes) {
    const { status, title, meaning } = problems[code]
    app.get(errorPath(code), (c) =>
      showPage(c, {
        title,
        body: html`<p>${meaning.replaceAll('`', '')}</p>
          <p>${advice(code).replaceAll('`', '')}</p>
          <dl>
            <dt>Code</dt>
            <dd>${code}</dd>
            <dt>Status</dt>
            <dd>${status}</dd>
          </dl>
          <p><a href="/docs/errors">All problems</a> · <a href="/docs">The API</a></p>`,
      }),
    )
  }
}
