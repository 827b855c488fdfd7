import type { Context } from 'hono'
import { html } from 'hono/html'
import { problems as germanTitles } from '#db/model/words/de/problems.ts'
import type { Api } from '../app.ts'
import { errorPath, type ProblemCode, problems } from '../problems.ts'
import { showPage } from './layout.ts'
import { languageFor, wordsFor } from './words/index.ts'
import { problemSentences } from '#db/model/words/de/problem-sentences.ts'

const codes = Object.keys(problems) as ProblemCode[]

type Says = ReturnType<typeof wordsFor>['errors']

/** What a program does with it. */
function advice(code: ProblemCode, says: Says): string {
  const { status } = problems[code]
  if (code === 'request-in-progress' || status === 429 || status === 503) return says.again
  if (status >= 500) return says.againIfStays
  return status === 401 ? says.newCredential : says.change
}

const titleOf = (c: Context, code: ProblemCode) =>
  languageFor(c) === 'de' ? (germanTitles[code] ?? code) : problems[code].title

/** A page for each code that the API answers with. */
export function errorPages(app: Api): void {
  app.get('/docs/errors', (c) =>
    showPage(c, {
      title: wordsFor(c).errors.title,
      body: html`<ul>
        ${codes.map((code) => html`<li><a href="${errorPath(code)}">${code}</a>: ${titleOf(c, code)}</li>`)}
      </ul>`,
    }),
  )
  for (const code of codes) {
    const { status, meaning } = problems[code]
    app.get(errorPath(code), (c) => {
      const { errors: says } = wordsFor(c)
      const means = languageFor(c) === 'de' ? problemSentences[code]! : meaning.replaceAll('`', '')
      return showPage(c, {
        title: titleOf(c, code),
        body: html`<p>${means}</p>
          <p>${advice(code, says)}</p>
          <dl>
            <dt>${says.code}</dt>
            <dd>${code}</dd>
            <dt>${says.status}</dt>
            <dd>${status}</dd>
          </dl>
          <p><a href="/docs/errors">${says.all}</a> · <a href="/docs">${says.api}</a></p>`,
      })
    })
  }
}
