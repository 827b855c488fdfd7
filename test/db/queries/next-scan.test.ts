import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import type { Actor } from '#db/model/actor.ts'
import { newId } from '#db/model/id.ts'
import type { Lane } from '#db/model/scan.ts'
import { claimNext } from '#db/queries/claims.ts'
import { lapse, makeScan, passDeadline } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db, actor } = await useDatabase()
const never = '01990000-0000-7000-8000-000000000000'

async function tenant(weight = 1): Promise<Actor> {
  const id = newId()
  await db.insertInto('organisations').values({ id, name: id, weight }).execute()
  return { ...actor, organisationId: id }
}
const submit = async (of: Actor, lane: Lane = 'interactive') => (await makeScan(db, of, { lane })).id
const next = async (except: string[] = [], rungFor = never) => (await claimNext(db, rungFor, 60, except))?.id

beforeEach(() => sql`truncate scans cascade`.execute(db))

test('interactive comes before scheduled, and that before bulk; of one organisation the oldest', async () => {
  const ada = await tenant()
  const bulk = await submit(ada, 'bulk')
  const scheduled = await submit(ada, 'scheduled')
  const [first, second] = [await submit(ada), await submit(ada)]
  expect([await next(), await next(), await next(), await next(), await next()]).toEqual([
    first,
    second,
    scheduled,
    bulk,
    undefined,
  ])
})

test('organisations take turns, however many scans one has', async () => {
  const [many, few] = [await tenant(), await tenant()]
  const lots = []
  for (let i = 0; i < 6; i++) lots.push(await submit(many))
  const single = await submit(few)
  expect(await next()).toBe(lots[0])
  expect(await next()).toBe(single)
  expect(await next()).toBe(lots[1])
})

test('who weighs more has more running at a time', async () => {
  const [heavy, light] = [await tenant(3), await tenant()]
  for (let i = 0; i < 8; i++) {
    await submit(heavy)
    await submit(light)
  }
  const owners = new Map<string, number>()
  for (let i = 0; i < 8; i++) {
    const { organisationId } = (await claimNext(db, never, 60, []))!
    owners.set(organisationId, (owners.get(organisationId) ?? 0) + 1)
  }
  expect([owners.get(heavy.organisationId), owners.get(light.organisationId)]).toEqual([6, 2])
})

test('who is excepted gets no turn, and others do', async () => {
  const [many, few] = [await tenant(), await tenant()]
  await submit(many)
  expect(await next([many.organisationId])).toBeUndefined()
  const single = await submit(few)
  expect(await next([many.organisationId])).toBe(single)
})

test('a scan that its worker left goes first to whoever was rung for it, and never to anyone else', async () => {
  const ada = await tenant()
  const left = await submit(ada)
  expect(await next()).toBe(left)
  await lapse(db, left)
  const waiting = await submit(ada)
  expect(await next([], left)).toBe(left)
  expect(await next()).toBe(waiting)
})

test('what is over its deadline, or was cancelled, gets no turn', async () => {
  const ada = await tenant()
  await passDeadline(db, await submit(ada))
  const asked = await submit(ada)
  await sql`update scans set cancel_asked_at = now() where id = ${asked}`.execute(db)
  expect(await next()).toBeUndefined()
})

test('many that look at once get one scan each', async () => {
  const [ada, bob] = [await tenant(), await tenant()]
  for (let i = 0; i < 10; i++) await submit(i % 2 ? ada : bob)
  const got = await Promise.all(Array.from({ length: 14 }, () => next()))
  const won = got.filter((id) => id !== undefined)
  expect(new Set(won).size).toBe(won.length)
  // Who met only rows that others held goes away empty: its ring is not the last.
  while (await next());
  expect((await sql`select 1 from scans where status = 'queued'`.execute(db)).rows).toEqual([])
})
