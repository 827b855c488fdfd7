import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Api } from '../app.ts'

/** The dashboard's colours and elements, and what only the plain pages have, in the order of their layers. */
const styles = ['../../web/css/tokens.css', '../../web/css/base.css', 'pages.css']

/** Sends what the browser's passkey answered; the page's own form says where. */
const passkey = `const form = document.querySelector('form[data-passkey]')
const say = (sentence) => { form.querySelector('[role=status]').textContent = sentence }
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { optionsUrl, sendUrl, next, ceremony } = form.dataset
  const post = async (url, body) => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const text = await answer.text()
    const read = text === '' ? {} : JSON.parse(text)
    if (!answer.ok) throw new Error(read.detail ?? form.dataset.failed)
    return read
  }
  try {
    say(form.dataset.waiting)
    const begin = form.dataset.challenge ? { challenge: form.dataset.challenge } : {}
    const { challenge, options } = await post(optionsUrl, begin)
    const response = await SimpleWebAuthnBrowser.startAuthentication({ optionsJSON: options })
    const body = ceremony === 'factor' ? { challenge, proof: { kind: 'passkey', response }, as: 'cookie' } : { challenge, response, as: 'cookie' }
    await post(sendUrl, body)
    location.assign(next)
  } catch (error) {
    say(error.message)
  }
})
`

/** What pages load: all of it from here. */
export function assets(app: Api): void {
  // The package exports its modules only; the bundle for pages lies beside them.
  const entry = createRequire(import.meta.url).resolve('@simplewebauthn/browser')
  const bundle = join(
    entry.slice(0, entry.lastIndexOf('@simplewebauthn')),
    '@simplewebauthn/browser/dist/bundle/index.umd.min.js',
  )
  const serve = (type: string, read: () => string | Promise<string>) => async () =>
    new Response(await read(), {
      headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'max-age=3600' },
    })
  app.get(
    '/assets/pages.css',
    serve('text/css', async () =>
      (await Promise.all(styles.map((name) => readFile(join(import.meta.dirname, name), 'utf8')))).join('\n'),
    ),
  )
  app.get(
    '/assets/passkey.js',
    serve('text/javascript', () => passkey),
  )
  app.get(
    '/assets/webauthn.js',
    serve('text/javascript', () => readFile(bundle, 'utf8')),
  )
}
