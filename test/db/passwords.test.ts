import argon2 from 'argon2'
import { expect, test } from 'vitest'
import { judgePassword } from '#db/model/password.ts'
import { Secret } from '#db/model/secret.ts'
import { checkPassword, commonPasswords, hashParameters, hashPassword, TooBusy } from '#db/passwords.ts'

const hashOf = async (text: string) => new Secret(await hashPassword(new Secret(text)))
const check = async (hash: Secret<string> | null, text: string) => checkPassword(hash, new Secret(text))
const right = { isRight: true, needsRehash: false }
const wrong = { isRight: false, needsRehash: false }

test('the hash is argon2id of 19 MiB in two passes', async () => {
  expect((await hashOf('a long enough one')).reveal()).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/)
})

test('the whole password counts: its case, its blanks, what stands after 72 bytes or after a NUL', async () => {
  const start = 'x'.repeat(72)
  for (const [one, other] of [
    [`${start}12345678`, `${start}12345679`],
    ['Swordfish and chips', 'swordfish and chips'],
    ['a\0bcdefgh', 'a'],
    [' blank at both ends ', 'blank at both ends'],
    ['p\u00e4ssword p\u00e4ssword', 'pa\u0308ssword pa\u0308ssword'],
  ] as const) {
    const hash = await hashOf(one)
    expect(await check(hash, one)).toEqual(right)
    expect(await check(hash, other)).toEqual(wrong)
  }
})

test('a hash of weaker parameters is right, and says that it wants to be made anew', async () => {
  const weak = new Secret(await argon2.hash('one of another time', { ...hashParameters, memoryCost: 8192 }))
  expect(await check(weak, 'one of another time')).toEqual({ isRight: true, needsRehash: true })
  expect(await check(weak, 'another one')).toEqual(wrong)
})

test('nobody’s password, and a hash that is none, are wrong and nothing else', async () => {
  expect(await check(null, 'a long enough one')).toEqual(wrong)
  expect(await check(null, '\0'.repeat(32))).toEqual(wrong)
  for (const hash of ['', '$argon2id$', '$argon2id$v=19$m=99999999999,t=2,p=1$AAAA$AAAA', 'plain'])
    expect(await check(new Secret(hash), 'plain')).toEqual(wrong)
})

test('a flood is turned away, and those who wait are served', async () => {
  const hash = await hashOf('a long enough one')
  const answers = await Promise.allSettled(Array.from({ length: 300 }, () => check(hash, 'a long enough one')))
  const served = answers.filter(({ status }) => status === 'fulfilled')
  const turnedAway = answers.filter((answer) => answer.status === 'rejected' && answer.reason instanceof TooBusy)
  expect(served.length).toBeGreaterThanOrEqual(100)
  expect(served.length + turnedAway.length).toBe(300)
  expect(await check(hash, 'a long enough one')).toEqual(right)
})

test('what attackers try first is refused with the reason, anything else is taken as it is', async () => {
  const context = {
    common: await commonPasswords(),
    ownWords: ['alice.smith@acme-corp.example', 'Alice Smith', 'Portlight'],
  }
  const ruleOf = (password: string) => judgePassword(password, context)?.rule ?? null
  expect(
    Object.fromEntries(
      ['1234567', 'é'.repeat(7), 'x1y2z3'.repeat(200)].map((text) => [text.slice(0, 9), ruleOf(text)]),
    ),
  ).toEqual({
    '1234567': 'too-short',
    ééééééé: 'too-short',
    x1y2z3x1y: 'too-long',
  })
  for (const common of ['password', 'PassWord', '12345678', 'qwertyuiop', 'iloveyou'])
    expect(ruleOf(common)).toBe('common')
  for (const text of ['aaaaaaaaaaaa', 'ababababababab', 'hijklmnopqrs', '98765432'])
    expect(ruleOf(text)).toMatch(/repetitive|common/)
  for (const own of ['alicesmith1!', 'Acme-Corp-2026', 'portlight123', 'SmithAlice99'])
    expect(ruleOf(own)).toBe('own-words')
  for (const good of [
    'correct horse battery staple',
    '        x1y',
    'короткий но свой',
    '🔐🗝️🚪🧱🪟🛋️🪴🧹',
    '7391846205183',
    'x1y2z3'.repeat(160),
  ])
    expect([good, ruleOf(good)]).toEqual([good, null])
})
