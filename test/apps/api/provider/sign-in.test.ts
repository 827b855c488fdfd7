import { afterAll, beforeEach, expect, test } from 'vitest'
import { createApp } from '#apps/api/app.ts'
import { openProvider } from '#apps/api/provider/provider.ts'
import { callbackPath } from '#apps/api/pages/provider.ts'
import { useApi } from '#test/support/api.ts'
import { startOidcProvider } from '#test/support/oidc-provider.ts'
import { codeOf, forgiveBudgets, goodPassword, signUp } from '#test/support/people.ts'
import { createProviderFetch } from '#workers/network/provider-fetch.ts'

const { db, api } = await useApi()
const { publicUrl } = api.deps.site
const there = await startOidcProvider(`${publicUrl}${callbackPath}`)
afterAll(() => there.close())
const providerWith = (issuer: string) =>
  openProvider({
    issuer,
    clientId: 'portlight',
    clientSecret: 'a-secret-of-this-client',
    redirectUri: `${publicUrl}${callbackPath}`,
    fetch: createProviderFetch({
      issuer,
      allow: [],
      dnsServers: [{ address: '127.0.0.1', port: 9 }],
      extraRoots: null,
    }),
  })
const provider = providerWith(there.issuer)
const appWith = (site: Partial<typeof api.deps.site> = {}) =>
  createApp({ ...api.deps, provider, site: { ...api.deps.site, providerName: 'The Lab', ...site } })
const app = appWith()

beforeEach(async () => {
  await forgiveBudgets(api)
  there.fault = null
})

/** A browser: keeps cookies of both sides, and follows where it is sent. */
function openBrowser(ours = app) {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (url: URL) => jars.get(url.origin) ?? jars.set(url.origin, new Map()).get(url.origin)!
  const ask = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const jar = jarOf(url)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { cookie, 'sec-fetch-site': 'same-origin', ...(init.headers as Record<string, string>) }
    const answer =
      url.origin === publicUrl
        ? await ours.request(url.pathname + url.search, { ...init, headers })
        : await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const text of answer.headers.getSetCookie()) {
      const [name = '', ...value] = text.split(';')[0]!.split('=')
      if (/max-age=0|1970/i.test(text)) jar.delete(name)
      else jar.set(name, value.join('='))
    }
    return answer
  }
  const visit = async (path: string, init: RequestInit = {}) => {
    let url = new URL(path, publicUrl)
    let answer = await ask(url, init)
    const passed = [url.href]
    for (let hops = 0; answer.headers.has('location') && hops < 12; hops++) {
      url = new URL(answer.headers.get('location')!, url)
      passed.push(url.href)
      answer = await ask(url)
    }
    return { path: url.pathname, status: answer.status, text: await answer.text(), passed }
  }
  const send = (path: string, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) }
    return visit(path, { method: 'POST', headers, body })
  }
  return { visit, send, ask, challenge: () => jars.get(publicUrl)?.get('__Host-portlight-challenge') ?? '' }
}

let people = 0
const somebody = (isVerified = true) => {
  const sub = `subject-${++people}`
  there.account = { sub, email: `${sub}@example.org`, email_verified: isVerified }
  return there.account
}

test('a verified address without an account makes one, which is signed in', async () => {
  const { email, sub } = somebody()
  const browser = openBrowser()
  const there = await browser.visit('/sign-in/provider')
  expect(there).toMatchObject({ path: '/', status: 200 })
  expect((await browser.visit('/v1/me')).text).toContain(email)
  expect(await db.selectFrom('identities').select('subject').where('subject', '=', sub).execute()).toHaveLength(1)
  expect(there.passed[1]).toMatch(/code_challenge_method=S256.*state=.*nonce=|state=.*nonce=.*code_challenge/)
})

test('a linked identity is in from a known browser, and shows a code first from any other', async () => {
  const { email } = somebody()
  const known = openBrowser()
  await known.visit('/sign-in/provider')
  await known.ask(new URL('/v1/logout', publicUrl), { method: 'POST' })
  expect((await known.visit('/sign-in/provider')).path).toBe('/')
  const other = openBrowser()
  expect((await other.visit('/sign-in/provider')).path).toBe('/sign-in/factor')
  const code = codeOf(api, other.challenge().split('%3A')[0]!.split(':')[0]!)
  expect((await other.send('/sign-in/factor', { kind: 'mailed-code', code })).path).toBe('/')
  expect((await other.visit('/v1/me')).text).toContain(email)
})

test('an address that has an account is linked by its password only', async () => {
  const ada = await signUp(api)
  there.account = { sub: 'impostor', email: ada.email, email_verified: true }
  const browser = openBrowser()
  expect((await browser.visit('/sign-in/provider')).path).toBe('/sign-in/provider/link')
  expect((await browser.send('/sign-in/provider/link', { password: 'wrong horse battery' })).status).toBe(401)
  expect(await db.selectFrom('identities').select('subject').where('subject', '=', 'impostor').execute()).toEqual([])
  const linked = await browser.send('/sign-in/provider/link', { password: goodPassword })
  expect(linked.path).toBe('/sign-in/factor')
  expect(await db.selectFrom('identities').select('subject').where('subject', '=', 'impostor').execute()).toHaveLength(
    1,
  )
})

test('an address that the provider does not vouch for is nobody’s', async () => {
  somebody(false)
  const there = await openBrowser().visit('/sign-in/provider')
  expect([there.status, there.text]).toEqual([401, expect.stringContaining('does not vouch')])
})

test('where sign-up is closed a provider makes no accounts either', async () => {
  somebody()
  expect((await openBrowser(appWith({ signUp: 'closed' })).visit('/sign-in/provider')).status).toBe(403)
})

/** Goes there, and stops in front of our door with the answer in hand. */
async function answerInHand(browser: ReturnType<typeof openBrowser>): Promise<URL> {
  let url = new URL('/sign-in/provider', publicUrl)
  while (url.pathname !== callbackPath) {
    const answer = await browser.ask(url)
    const location = answer.headers.get('location')
    if (location === null) throw new Error(await answer.text())
    url = new URL(location, url)
  }
  return url
}

test('an answer is good once, in the browser that asked, and with its own state', async () => {
  somebody()
  const browser = openBrowser()
  const answer = await answerInHand(browser)
  expect((await openBrowser().visit(answer.pathname + answer.search)).status).toBe(401)
  expect((await browser.visit(answer.pathname + answer.search)).path).toBe('/')
  expect((await browser.visit(answer.pathname + answer.search)).status).toBe(401)

  const second = openBrowser()
  const other = await answerInHand(second)
  other.searchParams.set('state', answer.searchParams.get('state')!)
  expect((await second.visit(other.pathname + other.search)).status).toBe(401)
  const third = openBrowser()
  const mixed = await answerInHand(third)
  mixed.searchParams.set('iss', 'https://evil.example')
  expect((await third.visit(mixed.pathname + mixed.search)).status).toBe(401)
})

const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

test.each([
  ['signed by nobody', (claims: object) => `${b64({ alg: 'none' })}.${b64(claims)}.`],
  ['signed by a secret', (claims: object) => `${b64({ alg: 'HS256' })}.${b64(claims)}.AAAA`],
  ['signed by another key', (claims: object) => `${b64({ alg: 'RS256', kid: 'x' })}.${b64(claims)}.AAAA`],
] as const)('a token that is %s is no answer', async (_how, tokenOf) => {
  somebody()
  const browser = openBrowser()
  const answer = await answerInHand(browser)
  there.fault = (request, response) => {
    if (!request.url?.startsWith('/token')) return false
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: there.issuer, aud: 'portlight', sub: 'x', iat: now, exp: now + 60 }
    const body = { access_token: 'a', token_type: 'Bearer', id_token: tokenOf(claims) }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    return true
  }
  expect((await browser.visit(answer.pathname + answer.search)).status).toBe(401)
})

test('a provider that is away is said to be, and signs nobody in', async () => {
  const ours = createApp({ ...api.deps, provider: providerWith('http://127.0.0.1:9') })
  const there = await openBrowser(ours).visit('/sign-in/provider')
  expect([there.status, there.text]).toEqual([503, expect.stringContaining('no usable answer')])
})

test('what the provider’s documents name passes the guard', async () => {
  there.fault = (request, response) => {
    if (!request.url?.startsWith('/.well-known/')) return false
    const endpoints = {
      issuer: there.issuer,
      authorization_endpoint: `${there.issuer}/auth`,
      token_endpoint: 'http://127.0.0.2:1/token',
      jwks_uri: 'http://169.254.169.254/keys',
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(endpoints))
    return true
  }
  const ours = createApp({ ...api.deps, provider: providerWith(there.issuer) })
  const browser = openBrowser(ours)
  const answer = await browser.ask(new URL('/sign-in/provider', publicUrl))
  const state = new URL(answer.headers.get('location')!).searchParams.get('state')
  const back = await browser.visit(`${callbackPath}?code=x&state=${state}&iss=${encodeURIComponent(there.issuer)}`)
  expect([back.status, back.text]).toEqual([503, expect.stringContaining('not-allowed: loopback')])
})
