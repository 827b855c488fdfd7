import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context } from 'hono'
import { html } from 'hono/html'
import { builtFolder, stampFile } from '#apps/web/built.ts'
import { paths } from '#apps/web/paths.ts'
import { isToBeSetUp } from '../accounts/set-up.ts'
import type { Api, Deps } from '../app.ts'
import { readCookie } from '../credentials/cookies.ts'
import { showPage } from './layout.ts'
import { wordsFor } from './words/index.ts'

/** Nothing of anybody else's, nothing inline, and no text that becomes markup (Trusted Types). */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

interface BuiltFile {
  readonly type: string
  readonly bytes: Buffer<ArrayBuffer>
  readonly zipped: Buffer<ArrayBuffer>
}

/** The dashboard: one document at each of its addresses, and what it loads. Who is not signed in is led to where that is done. */
export function dashboard(app: Api, deps: Deps) {
  const built = readingBuilt()
  for (const path of Object.values(paths))
    app.get(path, async (c) => {
      if (readCookie(c, 'access') === undefined && readCookie(c, 'refresh') === undefined) {
        if (await isToBeSetUp(deps)) return c.redirect('/set-up', 303)
        const next = new URL(c.req.url)
        return c.redirect(`/sign-in?${new URLSearchParams({ next: next.pathname + next.search }).toString()}`, 303)
      }
      const document = (await built()).get('index.html')
      if (document === undefined)
        return showPage(c, {
          title: wordsFor(c).notBuilt.title,
          status: 503,
          body: html`<p>${wordsFor(c).notBuilt.text}</p>`,
        })
      return send(c, document, { 'cache-control': 'no-cache', 'content-security-policy': policy })
    })
  app.get('/app/:file', async (c) => {
    const file = (await built()).get(`app/${c.req.param('file')}`)
    // Its name is a hash of what it holds.
    return file === undefined ? c.notFound() : send(c, file, { 'cache-control': 'max-age=31536000, immutable' })
  })
}

function send(c: Context, { type, bytes, zipped }: BuiltFile, headers: Readonly<Record<string, string>>): Response {
  const isZipped = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
  return c.body(isZipped ? zipped : bytes, 200, {
    'content-type': `${type}; charset=utf-8`,
    vary: 'accept-encoding',
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    ...headers,
  })
}

/** The files of the last build, from memory while there is no newer one. */
function readingBuilt(): () => Promise<ReadonlyMap<string, BuiltFile>> {
  let held: { readonly builtAt: number; readonly files: Promise<ReadonlyMap<string, BuiltFile>> } | null = null
  return () => {
    const builtAt = statSync(stampFile, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (held?.builtAt !== builtAt) held = { builtAt, files: readFiles() }
    return held.files
  }
}

async function readFiles(): Promise<ReadonlyMap<string, BuiltFile>> {
  if (!existsSync(stampFile)) return new Map()
  const names = globSync('**/*.{html,js,css,svg}', { cwd: builtFolder })
  const files = names.map(async (name): Promise<[string, BuiltFile]> => {
    const bytes = readFileSync(join(builtFolder, name))
    return [name, { type: types[extname(name)]!, bytes, zipped: await zip(bytes) }]
  })
  return new Map(await Promise.all(files))
}

const zip = promisify(gzip) as (bytes: Buffer) => Promise<Buffer<ArrayBuffer>>
