import type { Context } from 'hono'
import { html } from 'hono/html'
import { readEmail } from '#db/model/email.ts'
import { Secret } from '#db/model/secret.ts'
import { pageAddress } from '#apps/web/paths.ts'
import { arrivalOf } from '../accounts/context.ts'
import { signIn, signInWithFactor, type SignInOutcome } from '../accounts/sign-in.ts'
import type { Api, ApiEnv, Deps } from '../app.ts'
import { dropCookies, readCookie, writeCookie } from '../credentials/cookies.ts'
import { giveSignedIn } from '../documents/signed-in.ts'
import type { FactorKind, Proof } from '../factors/kinds.ts'
import { handleForm } from './handle-form.ts'
import { complaint, field, form, passkeyForm, remember, showPage } from './layout.ts'
import { wordsFor } from './words/index.ts'

const challengeSeconds = 600

/** Where whoever signs in wanted to go: a page of the dashboard, and nowhere else. */
function nextOf(c: Context<ApiEnv>): string {
  const next = c.req.query('next') ?? ''
  return pageAddress.test(next) ? next : '/'
}

/** The same address of a form, with where to go on after it. */
const withNext = (c: Context<ApiEnv>, path: string) => {
  const next = nextOf(c)
  return next === '/' ? path : `${path}?${new URLSearchParams({ next }).toString()}`
}

/** Where a sign-in goes on: to the page that was wanted, or to the one that asks for a factor. */
export function goOn(c: Context<ApiEnv>, outcome: SignInOutcome): Response {
  if (outcome.status === 'signed-in') {
    giveSignedIn(c, outcome.signedIn, 'cookie')
    dropCookies(c, 'challenge')
    return c.redirect(nextOf(c), 303)
  }
  writeCookie(c, 'challenge', `${outcome.challenge}:${outcome.factors.join(',')}`, challengeSeconds)
  return c.redirect(withNext(c, '/sign-in/factor'), 303)
}

export function signInPage(app: Api, deps: Deps) {
  const show = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 401 = 200, email = '') => {
    const says = wordsFor(c)
    const { signUp, providerName } = deps.site
    return showPage(c, {
      title: says.signIn.title,
      status,
      scripts: ['webauthn.js', 'passkey.js'],
      body: html`${complaint(sentence)}
      ${form(
        withNext(c, '/sign-in'),
        says.signIn.title,
        field({ name: 'email', label: says.email, type: 'email', value: email, autocomplete: 'username' }),
        field({ name: 'password', label: says.password, type: 'password', autocomplete: 'current-password' }),
        remember(c),
      )}
      ${passkeyForm(c, says.signIn.withPasskey, { ceremony: 'alone', sendUrl: '/v1/login/passkey', next: nextOf(c) })}
      <p><a href="/reset">${says.signIn.forgot}</a>${signUp === 'open' ? html` · <a href="/sign-up">${says.signIn.signUp}</a>` : ''}${providerName === null ? '' : html` · <a href="/sign-in/provider">${says.signIn.withProvider(providerName)}</a>`}</p>`,
    })
  }

  app.get('/sign-in', (c) => show(c, null))
  app.post('/sign-in', (c) =>
    handleForm(
      c,
      async ({ email = '', password = '', isRemembered }) => {
        const request = {
          email: readEmail(email),
          password: new Secret(password),
          isRemembered: isRemembered === 'on',
          devices: readCookie(c, 'device') ?? '',
        }
        return goOn(c, await signIn(deps, request, arrivalOf(c)))
      },
      (sentence, status, { email }) => show(c, sentence, status as 401, email),
    ),
  )
}

export function factorPage(app: Api, deps: Deps) {
  const held = (c: Context<ApiEnv>) => {
    const [challenge = '', factors = ''] = (readCookie(c, 'challenge') ?? '').split(':')
    return { challenge, factors: factors.split(',') as FactorKind[] }
  }
  const show = (c: Context<ApiEnv>, sentence: string | null, status: 200 | 401 = 200) => {
    const says = wordsFor(c)
    const { challenge, factors } = held(c)
    const typed = factors.filter((kind) => kind !== 'passkey' && Object.hasOwn(says.factor.kinds, kind))
    return showPage(c, {
      title: says.factor.title,
      status,
      scripts: factors.includes('passkey') ? ['webauthn.js', 'passkey.js'] : [],
      body: html`${complaint(sentence)}
        <p>${says.factor.text}</p>
        ${
          factors.includes('passkey')
            ? passkeyForm(c, says.factor.usePasskey, {
                ceremony: 'factor',
                challenge,
                sendUrl: '/v1/login/factor',
                next: nextOf(c),
              })
            : ''
        }
        ${typed.map((kind) => {
          const { label, hint } = says.factor.kinds[kind as keyof typeof says.factor.kinds]
          return form(
            withNext(c, '/sign-in/factor'),
            says.goOn,
            field({ name: 'kind', label: '', type: 'hidden', value: kind }),
            field({
              name: 'code',
              id: kind,
              label,
              hint,
              autocomplete: 'one-time-code',
              ...(kind === 'recovery-code' ? {} : { inputmode: 'numeric' as const }),
            }),
          )
        })}`,
    })
  }

  app.get('/sign-in/factor', (c) => show(c, null))
  app.post('/sign-in/factor', (c) =>
    handleForm(
      c,
      async ({ kind = '', code = '' }) => {
        const proof = { kind, code: code.trim() } as Proof
        const signedIn = await signInWithFactor(deps, { challenge: held(c).challenge, proof }, arrivalOf(c))
        return goOn(c, { status: 'signed-in', signedIn })
      },
      (sentence, status) => show(c, sentence, status as 401),
    ),
  )
}
