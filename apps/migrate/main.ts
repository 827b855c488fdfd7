import { loadConfig } from '#config/index.ts'
import { StartError, start } from '#config/start.ts'
import { InstanceError } from '#apps/up/instance.ts'
import { prepareDatabase } from '#apps/up/prepare-database.ts'
import { localKeyFile } from '#db/local-key-file.ts'

await start(async () => {
  const { databaseUrl, dataDir, masterKeyFile } = loadConfig(process.env)
  if (databaseUrl === null)
    throw new StartError(
      'DATABASE_URL is not set: name the Postgres to bring up to date; `npm start` does so with its own.',
    )
  const { key, isNew, setUpCode } = await prepareDatabase(databaseUrl, { dataDir, masterKeyFile }).catch(
    (error: Error) => {
      throw error instanceof InstanceError ? new StartError(error.message) : error
    },
  )
  const whichKey = isNew ? `The API key is ${key}` : `The API key lies in ${localKeyFile(dataDir)}`
  const first = setUpCode === null ? '' : ` The set-up code for the first account is ${setUpCode}`
  process.stdout.write(`The database is up to date. ${whichKey}${first}\n`)
})
