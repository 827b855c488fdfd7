import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ApiEnv } from '../app.ts'
import { languageFor, wordsFor } from './words/index.ts'

type Html = ReturnType<typeof html>

/** Nothing inline, nothing of anybody else's, and forms go nowhere but here. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

export interface Page {
  readonly title: string
  readonly body: Html
  readonly status?: ContentfulStatusCode
  /** Files under /assets. */
  readonly scripts?: readonly string[]
}

export function showPage(c: Context<ApiEnv>, { title, body, status = 200, scripts = [] }: Page) {
  const language = languageFor(c)
  c.header('Content-Security-Policy', policy)
  c.header('Content-Language', language)
  c.header('Vary', 'Accept-Language', { append: true })
  return c.html(
    html`<!doctype html>
      <html lang="${language}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title} · Portlight</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="/assets/pages.css" />
          ${scripts.map((name) => html`<script src="/assets/${name}" defer></script>`)}
        </head>
        <body>
          <header><a href="/">Portlight</a></header>
          <main>
            <h1>${title}</h1>
            ${body}
          </main>
        </body>
      </html>`,
    status,
  )
}

/** What went wrong, where a reader of any kind hears it first. */
export const complaint = (sentence: string | null) =>
  sentence === null ? html`` : html`<p role="alert" class="complaint">${sentence}</p>`

export interface FieldFacts {
  readonly name: string
  /** Where the page has several fields of this name. */
  readonly id?: string
  readonly label: string
  readonly type?: 'text' | 'email' | 'password' | 'hidden'
  readonly value?: string
  readonly autocomplete?: string
  readonly hint?: string
  readonly isOptional?: boolean
  readonly inputmode?: 'numeric'
}

export function field({
  name,
  id = name,
  label,
  type = 'text',
  value = '',
  autocomplete = 'off',
  hint,
  isOptional,
  inputmode,
}: FieldFacts) {
  if (type === 'hidden') return html`<input type="hidden" name="${name}" value="${value}" />`
  const hintId = `${id}-hint`
  return html`<p class="field">
    <label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      ${inputmode === undefined ? '' : html`inputmode="${inputmode}"`}
      ${isOptional === true ? '' : html`required`}
      ${hint === undefined ? '' : html`aria-describedby="${hintId}"`}
    />
    ${hint === undefined ? '' : html`<small id="${hintId}">${hint}</small>`}
  </p>`
}

export const remember = (c: Context) =>
  html`<p class="field check">
    <label><input type="checkbox" name="isRemembered" value="on" /> ${wordsFor(c).remember}</label>
  </p>`

/** A button that asks for a passkey; the script of the page says how it goes, in the page's words. */
export const passkeyForm = (c: Context, button: string, data: Readonly<Record<string, string>>) =>
  html`<form
    data-passkey
    data-waiting="${wordsFor(c).passkeyWaiting}"
    data-failed="${wordsFor(c).passkeyFailed}"
    data-ceremony="${data['ceremony']}"
    data-challenge="${data['challenge'] ?? ''}"
    data-options-url="/v1/login/passkey/options"
    data-send-url="${data['sendUrl']}"
    data-next="${data['next']}"
  >
    <p><button type="submit">${button}</button></p>
    <p role="status"></p>
  </form>`

export const form = (action: string, button: string, ...fields: readonly Html[]) =>
  html`<form method="post" action="${action}">
    ${fields}
    <p><button type="submit">${button}</button></p>
  </form>`
