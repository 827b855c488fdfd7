import type { Context } from 'hono'
import { html } from 'hono/html'
import { Secret } from '#db/model/secret.ts'
import { readLanguage } from '#db/model/words/language.ts'
import { checkPassword } from '#db/passwords.ts'
import { findScan } from '#db/queries/scans.ts'
import { findShared, noteView, type Shared } from '#db/queries/shares.ts'
import { findTarget } from '#db/queries/targets.ts'
import { writeBadge } from '#workers/documents/report/badge.ts'
import { writeHtml } from '#workers/documents/report/html.ts'
import { hidden, type Report, reportOfFindings, reportOfScan } from '#workers/documents/report/report.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, showPage } from './layout.ts'
import { wordsFor } from './words/index.ts'

const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
const badgePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** A report for whoever has its link; nothing says whether a link that leads nowhere ever was one. */
export function sharePage(app: Api, { db }: Deps) {
  const gone = (c: Context<ApiEnv>) =>
    showPage(c, {
      title: wordsFor(c).share.nothing,
      status: 404,
      body: html`<p>${wordsFor(c).share.text}</p>`,
    })

  const askPassword = (c: Context<ApiEnv>, token: string, sentence: string | null, status: 200 | 401 = 200) =>
    showPage(c, {
      title: wordsFor(c).share.title,
      status,
      body: html`${complaint(sentence)}
      ${form(`/s/${token}`, wordsFor(c).share.show, field({ name: 'password', label: wordsFor(c).password, type: 'password', hint: wordsFor(c).share.hint }))}`,
    })

  const show = async (c: Context<ApiEnv>, shared: Shared) => {
    const report = await reportOf(deps, shared)
    if (report === null) return gone(c)
    await noteView(db, shared.id, c.get('client'), 'shown')
    c.header('Content-Security-Policy', policy)
    c.header('X-Robots-Tag', 'noindex')
    c.header('Content-Language', shared.language)
    return c.html(writeHtml(report, readLanguage(shared.language)))
  }
  const deps = { db }

  /** Undefined for one that is over too, which is noted. */
  const valid = async (c: Context<ApiEnv>, token: string): Promise<Shared | undefined> => {
    const shared = await findShared(db, token)
    if (shared?.isOver === true) await noteView(db, shared.id, c.get('client'), 'over')
    return shared?.isOver === false ? shared : undefined
  }

  app.get('/s/:token', async (c) => {
    if (!(await c.get('limiter').admits(c, 'strangers', null))) return gone(c)
    const token = c.req.param('token')
    const shared = await valid(c, token)
    if (!shared) return gone(c)
    return shared.password_hash === null ? show(c, shared) : askPassword(c, token, null)
  })
  app.post('/s/:token', (c) => {
    const token = c.req.param('token')
    return handleForm(
      c,
      async ({ password = '' }) => {
        const shared = await valid(c, token)
        if (!shared) return gone(c)
        if (shared.password_hash === null) return show(c, shared)
        const { isRight } = await checkPassword(shared.password_hash, new Secret(password))
        if (isRight) return show(c, shared)
        await noteView(db, shared.id, c.get('client'), 'wrong-password')
        return askPassword(c, token, wordsFor(c).share.wrong, 401)
      },
      (sentence, status) => askPassword(c, token, sentence, status as 401),
    )
  })
  app.get('/s/:token/badge.svg', async (c) => {
    if (!(await c.get('limiter').admits(c, 'strangers', null))) return c.notFound()
    const shared = await findShared(db, c.req.param('token'))
    const report = shared?.isOver === false && shared.hasBadge ? await reportOf(deps, shared) : null
    if (report === null) return c.notFound()
    c.header('Content-Type', 'image/svg+xml')
    c.header('Content-Security-Policy', badgePolicy)
    c.header('Cross-Origin-Resource-Policy', 'cross-origin')
    c.header('Cache-Control', 'max-age=300')
    return c.body(writeBadge(report))
  })
}

async function reportOf({ db }: Pick<Deps, 'db'>, shared: Shared): Promise<Report | null> {
  const reach = { organisationId: shared.organisationId, targetTags: null }
  const language = readLanguage(shared.language)
  const found =
    shared.scanId === null
      ? await findTarget(db, reach, shared.targetId!).then(
          (target) => target && reportOfFindings(db, reach, { target }, language),
        )
      : await findScan(db, reach, shared.scanId).then((scan) => scan && reportOfScan(db, scan, language))
  if (!found) return null
  return shared.hidesEvidence ? hidden(found) : found
}
