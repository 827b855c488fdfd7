import { createHmac, createPublicKey, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, Socket } from 'node:net'
import { serve } from '@hono/node-server'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '#db/model/id.ts'
import { useApi } from '#test/support/api.ts'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'
import { type MadePerson, makePerson } from '#test/support/people.ts'

interface Line {
  readonly id: string
  readonly name: string
  readonly recipe: {
    readonly header?: Record<string, unknown>
    readonly claims?: string
    readonly claims_override?: Record<string, unknown>
    readonly sign?: string
    readonly signature?: string
    readonly mutate?: string
    readonly raw?: string
    readonly send?: string
  }
  readonly expect: { readonly status: number; readonly body_has_no?: readonly string[] }
}

const corpus = hostileCorpus<Line>('jwt-attacks.jsonl')
const { api } = await useApi()
const server = serve({
  fetch: api.app.fetch,
  hostname: '127.0.0.1',
  port: 0,
  serverOptions: { maxHeaderSize: 12_000_000 },
})
await once(server, 'listening')
const { port } = server.address() as AddressInfo
afterAll(() => server.close())

const [{ id: kid, secret }] = [...(await keys())]
async function keys() {
  const { keysFor } = await import('#db/queries/keys.ts')
  return keysFor(api.deps.db, api.deps.masterKey, 'access-token')
}
const realKey = createPrivateKey({ key: secret.reveal(), format: 'der', type: 'pkcs8' })
const publicKey = createPublicKey(realKey)
const attacker = generateKeyPairSync('ed25519')
const issuer = 'http://localhost:3000'
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

let ada: MadePerson
let other: MadePerson
beforeAll(async () => {
  ada = await makePerson(api)
  other = await makePerson(api, { organisationId: null })
})

const validClaims = () => {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    aud: `${issuer}/v1`,
    sub: ada.id,
    sid: ada.sessionId,
    org: ada.organisationId,
    iat: now,
    exp: now + 600,
    jti: newId(),
  } as Record<string, unknown>
}

const realHeader = { alg: 'EdDSA', typ: 'at+jwt', kid }
const signedBy = (text: string, key: KeyObject) => `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
const validToken = () => signedBy(`${b64(realHeader)}.${b64(validClaims())}`, realKey)

/** What the corpus says in words of a claim. */
function claimOf(name: string, said: unknown): unknown {
  const now = Math.floor(Date.now() / 1000)
  const right = validClaims()[name]
  const words: Record<string, unknown> = {
    'now-1-skew': now - 1 - 60,
    'now+10y': now + 10 * 365 * 86_400,
    'now+600': now + 600,
    RIGHT: String(right).toUpperCase(),
    righ: String(right).slice(0, -1),
    'id of user in tenant B': other.id,
    deleted: newId(),
  }
  if (Array.isArray(said)) return said.map((one: unknown) => (one === 'right' ? right : one))
  return typeof said === 'string' && said in words ? words[said] : said
}

function headerOf(header: Record<string, unknown> = {}): Record<string, unknown> {
  const said = Object.fromEntries(
    Object.entries(header).map(([name, value]) => {
      if (typeof value === 'object' && value !== null && 'repeat' in value) {
        const { repeat, count } = value as unknown as { repeat: string; count: number }
        return [name, repeat.repeat(count)]
      }
      return [name, value === 'attacker public key' ? attacker.publicKey.export({ format: 'jwk' }) : value]
    }),
  )
  return { ...realHeader, ...said }
}

const jwk = publicKey.export({ format: 'jwk' })
const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
const hmacKeys: Record<string, string | Buffer> = {
  'HMAC with public key PEM with trailing newline': pem,
  'HMAC with public key PEM without trailing newline': pem.trimEnd(),
  'HMAC with public key DER': publicKey.export({ format: 'der', type: 'spki' }),
  'HMAC with public JWK JSON text': JSON.stringify(jwk),
  'HMAC with JWKS x coordinate bytes': Buffer.from(jwk.x!, 'base64url'),
  'HMAC empty key / attacker key': '',
}

function signatureOf(
  text: string,
  header: Record<string, unknown>,
  { sign: how = '', signature }: Line['recipe'],
): string {
  if (signature === 'empty') return ''
  if (signature === '64 zero bytes') return Buffer.alloc(64).toString('base64url')
  if (signature === 'R of small order') return Buffer.concat([Buffer.of(1), Buffer.alloc(63)]).toString('base64url')
  if (signature !== undefined) return signature
  if (how.startsWith('REAL key')) return sign(null, Buffer.from(text), realKey).toString('base64url')
  if (how.startsWith('HMAC')) {
    const key = hmacKeys[how] ?? /^HMAC key '(.*)'$/s.exec(how)?.[1]?.replaceAll('\\x00', '\0') ?? ''
    const hash = /(256|384|512)$/.exec(String(header['alg']))?.[1] ?? '256'
    return createHmac(`sha${hash}`, key).update(text).digest('base64url')
  }
  return sign(null, Buffer.from(text), attacker.privateKey).toString('base64url')
}

function tokensOf({ recipe }: Line): string[] {
  if (recipe.raw !== undefined) return [recipe.raw]
  if (recipe.mutate !== undefined) return mutations(recipe.mutate)
  const header = headerOf(recipe.header)
  const claims = validClaims()
  for (const [name, said] of Object.entries(recipe.claims_override ?? {})) {
    if (said === null && name in claims) delete claims[name]
    else claims[name] = claimOf(name, said)
  }
  const payload = recipe.claims?.includes('nested arrays')
    ? '['.repeat(100_000) + ']'.repeat(100_000)
    : JSON.stringify(claims)
  const text = `${b64(header)}.${Buffer.from(payload).toString('base64url')}`
  return [`${text}.${signatureOf(text, header, recipe)}`]
}

function mutations(how: string): string[] {
  const token = validToken()
  const [header = '', payload = '', signature = ''] = token.split('.')
  if (how.startsWith('flip each payload byte')) {
    const bytes = Buffer.from(payload, 'base64url')
    return Array.from(bytes, (_byte, at) => {
      const flipped = Buffer.from(bytes)
      flipped[at]! ^= 1
      return `${header}.${flipped.toString('base64url')}.${signature}`
    })
  }
  if (how.startsWith("append '='")) {
    const last = signature.at(-1)!
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = alphabet[alphabet.indexOf(last) ^ 1]!
    return [`${token}=`, `${token.slice(0, -1)}${twin}`]
  }
  if (how.startsWith('+ and /')) {
    // Only a token that has such a letter is another one by it.
    let one = token
    while (!/[-_]/.test(one)) one = validToken()
    return [one.replaceAll('-', '+').replaceAll('_', '/')]
  }
  if (how.startsWith('space/newline'))
    return [`${header}. ${payload}.${signature}`, `${header}.${payload}%0a.${signature}`]
  if (how.startsWith('append .x')) return [`${token}.x`]
  if (how.startsWith('pad to 10 MB')) return [`${token}${'A'.repeat(10 * 1024 * 1024)}`]
  throw new Error(`the corpus has a new mutation: ${how}`)
}

/** Sends raw fields, and reads the whole answer. */
async function ask(
  fields: readonly string[],
  path = '/v1/sessions',
  body = '',
): Promise<{ status: number; text: string }> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('latin1').on('data', (part: string) => (text += part))
  const method = body === '' ? 'GET' : 'POST'
  const length = body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`]
  socket.write(
    [`${method} ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...length, ...fields, '', body].join('\r\n'),
  )
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text }
}

const bearer = (token: string) => [`authorization: Bearer ${token}`]

function sends(send: string): Promise<{ status: number; text: string }> {
  const token = validToken()
  if (send.startsWith('Cookie: access_token')) return ask([`cookie: access_token=${token}`])
  if (send.includes('access_token')) return ask([], '/v1/me/leave', JSON.stringify({ access_token: token }))
  if (send.startsWith('two Authorization')) return ask([...bearer(token), ...bearer('x')])
  if (send.startsWith('Bearer\\t')) return ask([`authorization: Bearer\t${token}`])
  if (send.startsWith('API key')) return ask(bearer(api.key))
  if (send.startsWith('refresh token')) return ask(bearer(ada.refreshToken))
  throw new Error(`the corpus has a new way to send: ${send}`)
}

test.runIf(corpus.length > 0)('the token that the corpus starts from is good', async () => {
  expect((await ask(bearer(validToken()))).status).toBe(200)
})

test.runIf(corpus.length > 0)(
  'every token of the hostile corpus is refused as it says, nothing is told, and nobody is asked about any',
  { timeout: 120_000 },
  async () => {
    const dials = vi.spyOn(Socket.prototype, 'connect')
    for (const line of corpus) {
      const answers =
        line.recipe.send === undefined
          ? await Promise.all(tokensOf(line).map((token) => ask(bearer(token))))
          : [await sends(line.recipe.send)]
      for (const { status, text } of answers) {
        expect(`${line.id} ${line.name} ${status}`).toBe(`${line.id} ${line.name} ${line.expect.status}`)
        const body = text.slice(text.indexOf('\r\n\r\n')).toLowerCase()
        for (const word of line.expect.body_has_no ?? []) expect(`${line.id} ${body}`).not.toContain(word)
      }
    }
    // Ours to the server under test, and the pool's to the database.
    const { rows } = await sql<{ port: number }>`select inet_server_port() as port`.execute(api.deps.db)
    const places = dials.mock.calls.map(([place]) => JSON.stringify(place))
    dials.mockRestore()
    const known = [port, rows[0]!.port]
    expect(places.filter((place) => !known.some((one) => place.includes(String(one))))).toEqual([])
    expect(places.length).toBeGreaterThan(corpus.length)
    expect(api.logged).toContainEqual(
      expect.objectContaining({ reason: 'signature', token: expect.stringMatching(/^[0-9a-f]{16}$/) }),
    )
  },
)
