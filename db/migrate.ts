import { runMigrations } from 'bullmq'
import { Migrator } from 'kysely/migration'
import type pg from 'pg'
import { connect, createPool } from './connect.ts'
import { migrations } from './migrations/index.ts'

/** Brings a database up to date, ours and the queue's schema. Safe beside others that do the same. @throws what Postgres says, or for a database that is newer than this program. */
export async function migrate(url: string): Promise<void> {
  const pool = createPool({ url, max: 2, name: 'portlight-migrate', timeoutMillis: 30_000, onError: () => {} })
  const db = connect(pool)
  try {
    await migrateQueue(pool)
    const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
  } finally {
    await db.destroy()
  }
}

async function migrateQueue(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await runMigrations(client)
  } finally {
    client.release()
  }
}
