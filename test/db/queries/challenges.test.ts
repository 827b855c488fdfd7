import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { isSameCode, mailedCode } from '#db/model/mailed-code.ts'
import { newId } from '#db/model/id.ts'
import { Secret } from '#db/model/secret.ts'
import { type ChallengePurpose, codeBudget, makeChallenge, sweepChallenges, tryCode } from '#db/queries/challenges.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db } = await useDatabase()
const key = new Secret(randomBytes(32))

/** Somebody at a browser, with an address of their own. */
function makeAsker() {
  const browserHash = randomBytes(32)
  const budgetHash = randomBytes(32)
  return {
    browserHash,
    budgetHash,
    ask: (purpose: ChallengePurpose = 'sign-up') =>
      makeChallenge(db, { purpose, email: 'a@example.org', userId: null, browserHash, budgetHash, facts: { a: 1 } }),
    send: (challengeId: string, code: string, about: Partial<Parameters<typeof tryCode>[1]> = {}) =>
      tryCode(db, { challengeId, code, purpose: 'sign-up', browserHash, budgetHash, keys: [key], ...about }),
  }
}
const wrongCodeOf = (id: string) => String((Number(mailedCode(key, id)) + 1) % 1_000_000).padStart(6, '0')

test('the right code is good once', async () => {
  const { ask, send } = makeAsker()
  const { id } = (await ask())!
  expect(await send(id, wrongCodeOf(id))).toEqual({ status: 'wrong' })
  expect(await send(id, mailedCode(key, id))).toEqual({
    status: 'right',
    email: 'a@example.org',
    userId: null,
    facts: { a: 1 },
  })
  expect(await send(id, mailedCode(key, id))).toEqual({ status: 'wrong' })
})

test('a code is good for its own challenge, purpose and browser only, and for ten minutes', async () => {
  const { ask, send } = makeAsker()
  const [{ id }, { id: other }] = [(await ask())!, (await ask())!]
  const code = mailedCode(key, id)
  expect(await send(other, code)).toEqual({ status: 'wrong' })
  expect(await send(id, code, { purpose: 'reset-password' })).toEqual({ status: 'wrong' })
  expect(await send(id, code, { browserHash: randomBytes(32) })).toEqual({ status: 'wrong' })
  expect(await send(newId(), code)).toEqual({ status: 'wrong' })
  await sql`update challenges set expires_at = now() where id = ${id}`.execute(db)
  expect(await send(id, code)).toEqual({ status: 'wrong' })
  expect(await send(other, mailedCode(key, other))).toMatchObject({ status: 'right' })
})

test('ten wrong codes shut the address for an hour, the right one too, and a new code changes nothing', async () => {
  const { ask, send, budgetHash } = makeAsker()
  const { id } = (await ask())!
  for (let i = 0; i < codeBudget.tries; i++) expect(await send(id, wrongCodeOf(id))).toEqual({ status: 'wrong' })
  expect(await send(id, mailedCode(key, id))).toEqual({ status: 'too-many-tries' })
  const { id: fresh } = (await ask())!
  expect(await send(fresh, mailedCode(key, fresh))).toEqual({ status: 'too-many-tries' })
  await sql`update code_budgets set ends_at = now() - interval '1 second' where key_hash = ${budgetHash}`.execute(db)
  expect(await send(fresh, mailedCode(key, fresh))).toMatchObject({ status: 'right' })
})

test('an address is sent five codes an hour, whatever they are for', async () => {
  const { ask } = makeAsker()
  const purposes = ['sign-up', 'sign-in', 'reset-password', 'sign-up', 'sign-up', 'sign-up', 'reset-password'] as const
  const made = []
  for (const purpose of purposes) made.push((await ask(purpose)) !== undefined)
  expect(made).toEqual([true, true, true, true, true, false, false])
  expect(await makeAsker().ask()).toBeDefined()
})

test('of a hundred right codes at once one wins, in every round; no more tries are taken than there are', async () => {
  for (let round = 0; round < 20; round++) {
    const { ask, send } = makeAsker()
    const { id } = (await ask())!
    const code = mailedCode(key, id)
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => send(id, code)))
    expect(verdicts.filter(({ status }) => status === 'right')).toHaveLength(1)
  }
  const { ask, send } = makeAsker()
  const { id } = (await ask())!
  const verdicts = await Promise.all(Array.from({ length: 100 }, () => send(id, wrongCodeOf(id))))
  expect(verdicts.filter(({ status }) => status === 'wrong')).toHaveLength(codeBudget.tries)
})

test('no table holds a code', async () => {
  const { ask } = makeAsker()
  const { id } = (await ask())!
  const { rows } = await sql<{ dump: string }>`
    select (select jsonb_agg(c) from challenges c)::text || (select jsonb_agg(b) from code_budgets b)::text as dump`.execute(
    db,
  )
  expect(rows[0]!.dump).toContain(id)
  expect(rows[0]!.dump).not.toMatch(new RegExp(`\\D${mailedCode(key, id)}\\D`))
})

test('codes are six digits, each as likely as the others, leading zeros kept', () => {
  const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0))
  const total = 20_000
  for (let i = 0; i < total; i++) {
    const code = mailedCode(new Secret(Buffer.alloc(32, 7)), `challenge-${i}`)
    expect(code).toMatch(/^\d{6}$/)
    for (const [place, digit] of code.split('').entries()) counts[place]![Number(digit)]! += 1
  }
  // Chi-square with 9 degrees of freedom passes 33.7 once in ten thousand times; the codes here are always the same.
  for (const place of counts) {
    const chiSquare = place.reduce((sum, count) => sum + (count - total / 10) ** 2 / (total / 10), 0)
    expect(chiSquare).toBeLessThan(33.7)
  }
})

test('what is compared with a code may be any text', () => {
  for (const text of ['', '12345', '1234567', '12345é', '１２３４５６', '\0\0\0\0\0\0', '12 456'])
    expect(isSameCode('123456', text)).toBe(false)
  expect(isSameCode('023456', '023456')).toBe(true)
})

test('what can no longer be used is forgotten', async () => {
  const { ask, budgetHash } = makeAsker()
  const { id } = (await ask())!
  await sql`update challenges set expires_at = now() - interval '2 days' where id = ${id}`.execute(db)
  await sql`update code_budgets set ends_at = now() - interval '1 second' where key_hash = ${budgetHash}`.execute(db)
  await sweepChallenges(db)
  const left =
    await sql`select from challenges where id = ${id} union all select from code_budgets where key_hash = ${budgetHash}`.execute(
      db,
    )
  expect(left.rows).toEqual([])
})
