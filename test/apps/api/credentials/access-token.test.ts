import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accessTokens, accessTokenSeconds } from '#apps/api/credentials/access-token.ts'
import { newId } from '#db/model/id.ts'
import { Secret } from '#db/model/secret.ts'
import { keysFor, rotateKey } from '#db/queries/keys.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db } = await useDatabase()
const masterKey = new Secret(randomBytes(32))
const issuer = 'http://localhost:3000'
let now = 1_800_000_000
const keys = await keysFor(db, masterKey, 'access-token')
const tokens = accessTokens(keys, issuer, () => now)
const subject = { userId: newId(), sessionId: newId(), organisationId: newId() }

/** A token as the holder of our real key would write it. */
function forge(header: object, claims: object): string {
  const text = [
    { alg: 'EdDSA', typ: 'at+jwt', kid: keys[0].id, ...header },
    {
      iss: issuer,
      aud: `${issuer}/v1`,
      sub: subject.userId,
      sid: subject.sessionId,
      org: subject.organisationId,
      iat: now,
      exp: now + 900,
      jti: newId(),
      ...claims,
    },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const key = { key: keys[0].secret.reveal(), format: 'der', type: 'pkcs8' } as const
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
}

test('a token says whom it is for, for a quarter of an hour', async () => {
  const token = await tokens.sign(subject)
  expect(await tokens.verify(token)).toEqual(subject)
  now += accessTokenSeconds - 1
  expect(await tokens.verify(token)).toEqual(subject)
  now += 1
  expect(await tokens.verify(token)).toBe('expired')
})

test('the forger of these tests makes a good one when nothing is changed', async () => {
  expect(await tokens.verify(forge({}, {}))).toEqual(subject)
})

const wrongHeaders = [
  { alg: 'none' },
  { alg: 'HS256' },
  { alg: 'Ed25519' },
  { alg: ['EdDSA'] },
  { typ: 'JWT' },
  { typ: undefined },
  { kid: undefined },
  { kid: '__proto__' },
  { kid: newId() },
  { jwk: {} },
  { jku: 'http://198.51.100.9/k' },
  { crit: ['x'], x: 1 },
  { b64: false, crit: ['b64'] },
  { zip: 'DEF' },
]
for (const header of wrongHeaders)
  test(`the header ${JSON.stringify(header)} is refused, even signed by our own key`, async () => {
    expect(await tokens.verify(forge(header, {}))).toMatch(/^(header|unknown-key)$/)
  })

const wrongClaims: Record<string, () => object> = {
  'of another issuer': () => ({ iss: 'http://evil.example' }),
  'of our issuer in a list': () => ({ iss: [issuer] }),
  'for another audience': () => ({ aud: issuer }),
  'for a list of audiences': () => ({ aud: [`${issuer}/v1`] }),
  'without a subject': () => ({ sub: undefined }),
  'with a number for a subject': () => ({ sub: 1 }),
  'without an end': () => ({ exp: undefined }),
  'with an end far off': () => ({ exp: now + accessTokenSeconds + 1 }),
  'issued in the future': () => ({ iat: now + 60, exp: now + 900 }),
  'not valid yet': () => ({ nbf: now + 600 }),
  'with a role': () => ({ role: 'owner' }),
  'with a scope': () => ({ scope: 'admin' }),
  'with a type of its own': () => ({ typ: 'refresh' }),
  'without a session': () => ({ sid: undefined }),
  'without an organisation': () => ({ org: undefined }),
}
for (const [what, claims] of Object.entries(wrongClaims))
  test(`a token ${what} is refused, even signed by our own key`, async () => {
    expect(await tokens.verify(forge({}, claims()))).toMatch(/^(claims|expired)$/)
  })

test('another’s key with our kid signs nothing', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const [header, claims] = (await tokens.sign(subject)).split('.')
  const text = `${header}.${claims}`
  expect(await tokens.verify(`${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`)).toBe(
    'signature',
  )
})

test('a token has one spelling: whatever is changed in it, it is no token any more', async () => {
  const token = await tokens.sign(subject)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n'
  await fc.assert(
    fc.asyncProperty(
      fc.nat(token.length),
      fc.constantFrom(...alphabet.split('')),
      fc.boolean(),
      async (at, letter, isInserted) => {
        const changed = token.slice(0, at) + letter + token.slice(isInserted ? at : at + 1)
        fc.pre(changed !== token)
        expect(typeof (await tokens.verify(changed))).toBe('string')
      },
    ),
    { numRuns: 2000 },
  )
  for (const text of ['', '.', '..', 'a.b.c.d.e', `${token}.x`, 'x'.repeat(10_000_000)])
    expect(await tokens.verify(text)).toBe('malformed')
})

test('after the key was changed old tokens live on, and new ones bear the new kid', async () => {
  const old = await tokens.sign(subject)
  await rotateKey(db, masterKey, 'access-token')
  const later = accessTokens(await keysFor(db, masterKey, 'access-token'), issuer, () => now)
  expect(await later.verify(old)).toEqual(subject)
  const fresh = await later.sign(subject)
  expect(await later.verify(fresh)).toEqual(subject)
  expect(await tokens.verify(fresh)).toBe('unknown-key')
})
