import { once, EventEmitter } from 'node:events'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { type Bus, openBus, publish } from '#db/bus.ts'
import { useDatabase } from '#test/support/use-database.ts'

const { db, url } = await useDatabase()
const opened: Bus[] = []
afterAll(() => Promise.all(opened.map((bus) => bus.close())))

/** A bus that listens, and what it has heard. */
async function listen() {
  const happened = new EventEmitter()
  const errors: Error[] = []
  const heard: string[] = []
  const bus = openBus({ url, name: 'portlight-test', onError: (error) => void errors.push(error) })
  opened.push(bus)
  bus.onGap(() => void happened.emit('gap'))
  bus.on('scan', (id) => {
    heard.push(id)
    happened.emit(id)
  })
  await once(happened, 'gap')
  return { bus, errors, heard, until: (name: string) => once(happened, name) }
}

test('every process hears a message, once, and in order', async () => {
  const all = await Promise.all([listen(), listen()])
  const last = Promise.all(all.map(({ until }) => until('3')))
  for (const id of ['1', '2', '3']) await publish(db, 'scan', id)
  await last
  for (const { heard } of all) expect(heard).toEqual(['1', '2', '3'])
})

test('a message belongs to its transaction: told at the commit, never after a rollback', async () => {
  const { heard, until } = await listen()
  const rolledBack = db.transaction().execute(async (db) => {
    await publish(db, 'scan', 'never')
    throw new Error('no')
  })
  await expect(rolledBack).rejects.toThrow('no')
  const told = until('committed')
  await db.transaction().execute(async (db) => {
    await publish(db, 'scan', 'committed')
    expect(heard).toEqual([])
  })
  await told
  expect(heard).toEqual(['committed'])
})

test('a connection that dies is made anew, and whoever listens is told that messages may be missing', async () => {
  const { bus, errors, heard, until } = await listen()
  expect(bus.isConnected()).toBe(true)
  const gap = until('gap')
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'portlight-test-bus' and datname = current_database()`.execute(
    db,
  )
  await gap
  expect(errors.length).toBeGreaterThan(0)
  const told = until('after')
  await publish(db, 'scan', 'after')
  await told
  expect(heard).toEqual(['after'])
})

test('a listener that breaks is reported, and the others hear', async () => {
  const { bus, errors, until } = await listen()
  bus.on('credential', () => {
    throw new Error('broken listener')
  })
  const others: string[] = []
  bus.on('credential', (id) => void others.push(id))
  const silence = bus.on('credential', () => void others.push('silenced'))
  silence()
  const told = until('done')
  await publish(db, 'credential', 'c')
  await publish(db, 'scan', 'done')
  await told
  expect(others).toEqual(['c'])
  expect(errors.map(({ message }) => message)).toEqual(['broken listener'])
})

test('what is no message of ours is not heard', async () => {
  const { errors, heard, until } = await listen()
  const told = until('real')
  for (const payload of ['', 'text', '{}', '{"topic":"other","id":"x"}', '{"topic":"scan","id":1}', '[]'])
    await sql`select pg_notify('portlight', ${payload})`.execute(db)
  await publish(db, 'scan', 'real')
  await told
  expect([heard, errors]).toEqual([['real'], []])
})

test('a bus that was closed is silent, and connects no more', async () => {
  const { bus, heard, errors } = await listen()
  const other = await listen()
  await bus.close()
  expect(bus.isConnected()).toBe(false)
  const told = other.until('late')
  await publish(db, 'scan', 'late')
  await told
  expect([heard, errors]).toEqual([[], []])
})
