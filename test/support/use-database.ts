import { afterAll } from 'vitest'
import type { Db } from '#db/connect.ts'
import { createTestDatabase } from './database.ts'
import { makeActor } from './make.ts'

/** A database of its own for the test file that asks at its top, with somebody who may act in it; gone after the last test. */
export async function useDatabase(): Promise<{ db: Db; url: string; actor: Awaited<ReturnType<typeof makeActor>> }> {
  const database = await createTestDatabase()
  afterAll(() => database.drop())
  const { db, url } = database
  return { db, url, actor: await makeActor(db) }
}
