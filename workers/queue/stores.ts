import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { connect, createPool, type Db, isUnavailable, type Statement } from '#db/connect.ts'
import { newestMigration } from '#db/migrations/index.ts'
import { openQueues, type Queues } from './backend.ts'
import { type Bell, createBell } from './enqueue.ts'

export interface StoreSettings {
  /** Which process this is, for pg_stat_activity. */
  readonly name: string
  readonly databaseUrl: string
  readonly redisUrl: string | null
  /** Connections at most: for our own queries, and for the queue's where it lives in Postgres. */
  readonly poolSizes: { readonly ours: number; readonly queue: number }
  /** How long one statement, or the wait for a connection, may take. */
  readonly timeoutMillis: number
  readonly onError: (error: Error) => void
  readonly onStatement?: ((statement: Statement) => void) | undefined
}

/** What remembers, and what rings: the database, and the queue beside it or in it. */
export interface Stores {
  readonly db: Db
  /** Opens the queue when it is first asked for, and hands back the same ever after; asks anew where that failed. */
  readonly queues: () => Promise<Queues>
  readonly bell: Bell
  /** How our own pool stands: connections, and who waits for one. */
  readonly poolState: () => { readonly total: number; readonly idle: number; readonly waiting: number }
  close(): Promise<void>
}

/** Opens the database once it answers and is of this version, and the queue when it is first needed: it takes a tenth of a second to load. */
export async function openStores(settings: StoreSettings, signal: AbortSignal): Promise<Stores> {
  const { name, databaseUrl: url, poolSizes, timeoutMillis, onError } = settings
  const pool = createPool({ url, max: poolSizes.ours, name: `portlight-${name}`, timeoutMillis, onError })
  const db = connect(pool, settings.onStatement)
  await untilAnswers(() => mustBeUpToDate(db), onError, signal)
  const { redisUrl } = settings
  let opened: Promise<Queues> | null = null
  const open = () =>
    openQueues({ databaseUrl: url, redisUrl, poolSize: poolSizes.queue, onError }).catch((error: unknown) => {
      opened = null
      throw error
    })
  const queues = () => (opened ??= open())
  return {
    db,
    queues,
    bell: createBell(redisUrl === null, queues),
    poolState: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await (await opened?.catch(() => null))?.close()
      await db.destroy()
    },
  }
}

/** @throws while the database is away, or older than this program. */
async function mustBeUpToDate(db: Db): Promise<void> {
  const { rows } = await sql`select from kysely_migration where name = ${newestMigration}`.execute(db)
  if (rows.length === 0) throw new Error('the database is older than this program: run `npm run migrate`')
}

/** Asks until there is an answer, at first often, then every second; what `mayPass` says no to is thrown. */
export async function untilAnswers<Answer>(
  ask: () => Promise<Answer>,
  onError: (error: Error) => void,
  signal: AbortSignal,
  mayPass: (error: unknown) => boolean = () => true,
): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted()
    try {
      return await ask()
    } catch (error) {
      if (!mayPass(error)) throw error
      if (tries % 20 === 19) onError(error as Error)
      await sleep(Math.min(20 * 1.5 ** tries, 1000), undefined, { signal })
    }
  }
}

/** Asks the database for what a start needs, through a moment in which it is away. */
export const whileAway = <Answer>(
  ask: () => Promise<Answer>,
  onError: (error: Error) => void,
  signal: AbortSignal,
): Promise<Answer> => untilAnswers(ask, onError, signal, isUnavailable)
