import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { DomainError } from '#db/model/errors.ts'
import { Secret } from '#db/model/secret.ts'
import { arrivalOf } from '../accounts/context.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { readCookie, writeCookie } from '../credentials/cookies.ts'
import { problems, Unavailable } from '../problems.ts'
import { beginProviderSignIn, completeProviderSignIn, linkByPassword } from '../provider/sign-in.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, showPage } from './layout.ts'
import { sayMistake, wordsFor } from './words/index.ts'
import { goOn } from './sign-in.ts'

export const callbackPath = '/sign-in/provider/callback'

/** Sign-in by the provider that the operator set: there, back, and where the address has an account, its password once. */
export function providerPages(app: Api, deps: Deps) {
  const { provider, site } = deps
  if (provider === null) return

  const say = (c: Context<ApiEnv>, sentence: string, status: ContentfulStatusCode) => {
    const { provider: says } = wordsFor(c)
    const body = html`${complaint(sentence)}
      <p><a href="/sign-in">${says.back}</a></p>`
    return showPage(c, { title: says.failed, status, body })
  }
  const failed = (c: Context<ApiEnv>, error: unknown) => {
    if (error instanceof DomainError) return say(c, sayMistake(c, error), problems[error.code].status)
    if (!(error instanceof Unavailable)) throw error
    return say(c, wordsFor(c).provider.noAnswer ?? error.message, 503)
  }

  app.get('/sign-in/provider', async (c) => {
    if (!(await c.get('limiter').admits(c, 'sign-in', null))) return say(c, wordsFor(c).tooManyTries, 503)
    try {
      const { url, challenge } = await beginProviderSignIn(deps, provider)
      writeCookie(c, 'challenge', challenge, 600)
      return c.redirect(url, 303)
    } catch (error) {
      return failed(c, error)
    }
  })

  app.get(callbackPath, async (c) => {
    try {
      const callback = new URL(`${callbackPath}?${new URL(c.req.url).searchParams.toString()}`, site.publicUrl)
      const given = {
        callback,
        challenge: readCookie(c, 'challenge') ?? '',
        devices: readCookie(c, 'device') ?? '',
      }
      const outcome = await completeProviderSignIn(deps, provider, given, arrivalOf(c))
      if (outcome.status !== 'password-needed') return goOn(c, outcome)
      writeCookie(c, 'challenge', outcome.challenge, 600)
      return c.redirect('/sign-in/provider/link', 303)
    } catch (error) {
      return failed(c, error)
    }
  })

  const askPassword = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 401 = 200) =>
    showPage(c, {
      title: wordsFor(c).provider.title,
      status,
      body: html`${complaint(sentence)}
        <p>${wordsFor(c).provider.text(site.providerName ?? '')}</p>
        ${form(
          '/sign-in/provider/link',
          wordsFor(c).provider.link,
          field({ name: 'password', label: wordsFor(c).password, type: 'password', autocomplete: 'current-password' }),
        )}`,
    })
  app.get('/sign-in/provider/link', (c) => askPassword(c, null))
  app.post('/sign-in/provider/link', (c) =>
    handleForm(
      c,
      async ({ password = '' }) => {
        const given = {
          challenge: readCookie(c, 'challenge') ?? '',
          password: new Secret(password),
          devices: readCookie(c, 'device') ?? '',
        }
        return goOn(c, await linkByPassword(deps, given, arrivalOf(c)))
      },
      (sentence, status) => askPassword(c, sentence, status as 401),
    ),
  )
}
