import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { inject } from 'vitest'
import { connect, createPool, type Db } from '#db/connect.ts'
import { startEmbedded } from '#db/embedded.ts'
import { execute } from '#db/execute.ts'
import { withLock } from '#db/lock-file.ts'
import { migrate } from '#db/migrate.ts'

export interface TestDatabase {
  readonly url: string
  readonly db: Db
  drop(): Promise<void>
}

const template = 'portlight_template'

/** A migrated database for one test file, in the one cluster of the run. The first to ask starts it; `global-setup.ts` ends it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const clusterDir = inject('clusterDir')
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }
  const { url: adminUrl } = await startEmbedded(clusterDir, { settings })
  await withLock(join(clusterDir, 'template.lock'), 60_000, () => makeTemplate(adminUrl))

  const name = `test_${randomUUID().replaceAll('-', '')}`
  await execute(adminUrl, `create database ${name} template ${template} strategy file_copy`)
  const url = databaseUrl(adminUrl, name)
  const pool = createPool({ url, max: 8, name, timeoutMillis: 15_000, onError: () => {} })
  const db = connect(pool)
  return {
    url,
    db,
    drop: async () => {
      await db.destroy()
      await execute(adminUrl, `drop database if exists ${name} with (force)`)
    },
  }
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const known = await execute(adminUrl, `select 1 from pg_database where datname = '${template}'`)
  if (known.length > 0) return
  const draft = `${template}_draft`
  await execute(adminUrl, `drop database if exists ${draft} with (force)`)
  await execute(adminUrl, `create database ${draft}`)
  await migrate(databaseUrl(adminUrl, draft))
  await execute(adminUrl, `alter database ${draft} rename to ${template}`)
}

function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl)
  url.pathname = name
  return url.href
}
