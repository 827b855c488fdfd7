import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { takeRounds } from '#db/queries/rounds.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db } = await useDatabase()
const hourly = () => ({ name: randomUUID(), everyMillis: 3_600_000 })
const letPass = (name: string, hours: number) =>
  sql`update rounds set began_at = began_at - make_interval(hours => ${hours}), due_at = due_at - make_interval(hours => ${hours}) where name = ${name}`.execute(
    db,
  )

test('of many who ask at once, one gets each round', async () => {
  for (let turn = 0; turn < 20; turn++) {
    const rounds = [hourly(), hourly(), hourly()]
    const taken = await Promise.all(Array.from({ length: 20 }, () => takeRounds(db, rounds)))
    expect(taken.flat().toSorted()).toEqual(rounds.map(({ name }) => name).toSorted())
  }
})

test('a round comes again when its time is over, whoever had the last', async () => {
  const round = hourly()
  expect(await takeRounds(db, [round])).toEqual([round.name])
  expect(await takeRounds(db, [round])).toEqual([])
  await letPass(round.name, 1)
  expect(await takeRounds(db, [round, hourly()])).toContain(round.name)
  expect(await takeRounds(db, [round])).toEqual([])
})

test('a clock that was set back puts no round off', async () => {
  const round = hourly()
  await takeRounds(db, [round])
  await letPass(round.name, -24)
  expect(await takeRounds(db, [round])).toEqual([round.name])
  expect(await takeRounds(db, [round])).toEqual([])
})

test('asking in vain writes nothing', async () => {
  const round = hourly()
  await takeRounds(db, [round])
  const row = async () =>
    (await sql`select xmin::text, xmax::text, ctid::text from rounds where name = ${round.name}`.execute(db)).rows
  const before = await row()
  expect(await takeRounds(db, [round])).toEqual([])
  expect(await row()).toEqual(before)
})
