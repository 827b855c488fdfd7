import { loadConfig } from '#config/index.ts'
import { StartError, start } from '#config/start.ts'
import { connect, createPool } from '#db/connect.ts'
import { ensureLocalKey, localKeyFile } from '#db/local-key.ts'
import { migrate } from '#db/migrate.ts'

await start(async () => {
  const { databaseUrl, dataDir } = loadConfig(process.env)
  if (databaseUrl === null)
    throw new StartError(
      'DATABASE_URL is not set: name the Postgres to bring up to date; `npm start` does so with its own.',
    )
  await migrate(databaseUrl)
  const db = connect(
    createPool({ url: databaseUrl, max: 1, name: 'portlight-migrate', timeoutMillis: 10_000, onError: () => {} }),
  )
  const { key, isNew } = await ensureLocalKey(db, dataDir)
  await db.destroy()
  process.stdout.write(
    `The database is up to date. ${isNew ? `The API key is ${key}` : `The API key lies in ${localKeyFile(dataDir)}`}\n`,
  )
})
