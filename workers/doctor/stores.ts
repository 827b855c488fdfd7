import { sql } from 'kysely'
import { newestMigration } from '#db/migrations/index.ts'
import { clockSkewMillis, skewMillisAtMost } from '#db/queries/clock.ts'
import { instanceFacts } from '#db/queries/facts.ts'
import { readOutward } from '#db/queries/switches.ts'
import { stuckIn } from '#workers/documents/stuck.ts'
import { openQueues } from '#workers/queue/backend.ts'
import { type Check, type Diagnosis, notTold, type Patient, warning, well, wrong } from './check.ts'

const leastVersion = 15
const redisMillis = 5000

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0]!

/** What asks the database; where that does not answer, the first check has said so already. */
const asking = (name: string, run: Check['run']): Check => ({
  name,
  run: async (patient): Promise<Diagnosis> => {
    try {
      return await run(patient)
    } catch (error) {
      return notTold(`The database could not be asked (${messageOf(error)}).`)
    }
  },
})

export const postgres: Check = {
  name: 'Postgres',
  async run({ db }) {
    let row: { version: number; text: string; isUpToDate: boolean }
    try {
      const { rows } = await sql<typeof row>`
        select current_setting('server_version_num')::integer / 10000 as version, current_setting('server_version') as text,
          coalesce((select true from kysely_migration where name = ${newestMigration}), false) as "isUpToDate"
      `.execute(db)
      row = rows[0]!
    } catch (error) {
      if (messageOf(error).includes('kysely_migration'))
        return wrong('It answers, and holds no Portlight yet.', 'Run `npm run migrate`, or `npm start`.')
      return wrong(
        `It does not answer (${messageOf(error)}).`,
        'Start it: `npm start` brings its own; else look at DATABASE_URL.',
      )
    }
    if (row.version < leastVersion)
      return wrong(`Version ${row.text} is too old.`, `Use Postgres ${leastVersion} or newer.`)
    return row.isUpToDate
      ? well(`Version ${row.text}, with the newest schema.`)
      : wrong('Its schema is older than this program.', 'Run `npm run migrate`.')
  },
}

export const clocks = asking('Clocks', async ({ db }) => {
  const skew = Math.round(await clockSkewMillis(db))
  const said = `This machine is ${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead of'} the database.`
  return Math.abs(skew) > skewMillisAtMost
    ? wrong(said, 'Set it right (NTP): workers refuse to start with such a clock.')
    : well(said)
})

export const logins = asking('Database logins', async ({ db }) => {
  const { rows } = await sql<{ name: string; isSuper: boolean }>`
    select current_user as name, coalesce((select rolsuper from pg_roles where rolname = current_user), false) as "isSuper"
  `.execute(db)
  const [{ name, isSuper }] = rows as [{ name: string; isSuper: boolean }]
  return warning(
    `Every part works as ${name}${isSuper ? ', which may do anything in this server' : ''}: logins are not apart.`,
    'Whoever breaks into one part can change what the others wrote, the audit included; keep the head of its chain elsewhere (`portlight audit verify`).',
  )
})

export const queue: Check = {
  name: 'Queue',
  run: (patient) => (patient.settings.redisUrl === null ? inPostgres.run(patient) : inRedis(patient)),
}

const inPostgres = asking('Queue', async ({ db }) => {
  const { rows } = await sql<{ isThere: boolean }>`select to_regnamespace('bullmq') is not null as "isThere"`.execute(
    db,
  )
  return rows[0]!.isThere
    ? well('In Postgres.')
    : wrong('In Postgres, where it is not set up.', 'Run `npm run migrate`.')
})

async function inRedis({ settings: { redisUrl }, databaseUrl, signal }: Patient): Promise<Diagnosis> {
  const queues = await openQueues({ databaseUrl, redisUrl, poolSize: 1, onError: () => {} })
  try {
    const late = new Promise<null>((resolve) => {
      AbortSignal.any([signal, AbortSignal.timeout(redisMillis)]).addEventListener('abort', () => resolve(null))
    })
    const fitness = await Promise.race([queues.inspect(), late])
    if (fitness === null) return wrong('In Redis, which does not answer.', 'Start it, or look at QUEUE_URL.')
    if (fitness.objection !== null)
      return wrong(`In Redis: ${fitness.objection}.`, 'Set it as the README says of QUEUE_URL.')
    return fitness.warning === null
      ? well('In Redis.')
      : warning(`In Redis: ${fitness.warning}`, 'Set it as the README says of QUEUE_URL.')
  } catch (error) {
    return wrong(`In Redis, which does not answer (${messageOf(error)}).`, 'Start it, or look at QUEUE_URL.')
  } finally {
    void queues.close().catch(() => {})
  }
}

export const work = asking('Work', async ({ db }) => {
  const [outward, facts] = await Promise.all([readOutward(db), instanceFacts(db)])
  const [stuck] = stuckIn(facts, outward)
  if (stuck === undefined) {
    const waiting = facts.waiting.reduce((sum, { count }) => sum + count, 0)
    return well(`${facts.running} scans run, ${waiting} wait; nothing is stuck.`)
  }
  return (stuck.code === 'outward-off' ? warning : wrong)(stuck.sentence, stuck.action)
})
