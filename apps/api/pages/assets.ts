import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Api } from '../app.ts'

const css = `:root{color-scheme:light dark;--ink:light-dark(#1c2430,#e8ecf2);--paper:light-dark(#fff,#12161d);--line:light-dark(#8a94a3,#66707f);--accent:light-dark(#0b5cad,#7db8f5);--bad:light-dark(#a3141f,#ff9aa2)}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
header{padding:1rem 1.5rem;border-bottom:1px solid var(--line);font-weight:600}
header a{color:inherit;text-decoration:none}
main{max-width:32rem;margin:2rem auto;padding:0 1.5rem}
h1{font-size:1.5rem;line-height:1.25}
a{color:var(--accent)}
.field label{display:block;font-weight:600}
.field.check label{font-weight:400}
input:not([type=checkbox]){width:100%;padding:.5rem .75rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.375rem}
small{display:block}
button{padding:.5rem 1.25rem;font:inherit;font-weight:600;color:var(--paper);background:var(--accent);border:0;border-radius:.375rem;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.complaint{color:var(--bad);font-weight:600}
.code{font:1.25rem ui-monospace,monospace;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:.375rem;padding:.75rem}
svg{max-width:16rem;height:auto}
`

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
    if (!answer.ok) throw new Error(read.detail ?? 'That did not work.')
    return read
  }
  try {
    say('Waiting for your passkey…')
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
    serve('text/css', () => css),
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
