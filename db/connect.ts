import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { keepPlans } from './keep-plans.ts'
import { secretColumns } from './secret-columns.ts'
import { showCause } from './show-cause.ts'
import type { Tables } from './tables.ts'

/** A connection pool or a transaction: queries take either and cannot tell. */
export type Db = Kysely<Tables>

export interface PoolOptions {
  readonly url: string
  /** Connections at most. */
  readonly max: number
  /** Shown in pg_stat_activity, with the request or scan that is worked for. */
  readonly name: string
  /** Milliseconds after which a statement, or the wait for a connection, is given up. */
  readonly timeoutMillis: number
  /** `bullmq` for the queue's own pool. */
  readonly searchPath?: string
  readonly onError: (error: Error) => void
}

// A stopped process must not keep a lock: Postgres ends its transaction after this time.
const idleInTransactionMillis = 5000

/** A pool that outlives its server: every socket has a deadline, and a connection that dies is an error to report, never the end of the process. */
export function createPool({ url, max, name, timeoutMillis, searchPath, onError }: PoolOptions): pg.Pool {
  const isOurs = searchPath === undefined
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    connectionTimeoutMillis: timeoutMillis,
    query_timeout: timeoutMillis,
    statement_timeout: timeoutMillis,
    idle_in_transaction_session_timeout: idleInTransactionMillis,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    // What a connection works for is told together with the first statement: no round trip of its own (show-cause.ts).
    pipeline: isOurs,
    ...(isOurs ? {} : { options: `-c search_path=${searchPath}` }),
  })
  pool.on('error', onError)
  // pg emits on a checked-out client too, and an error event that nobody hears ends the process.
  pool.on('connect', (client) => {
    client.on('error', onError)
    keepPlans(client)
    if (isOurs) showCause(client, name)
  })
  return pool
}

/** A statement that was sent, without its values. */
export interface Statement {
  readonly text: string
  readonly millis: number
  readonly isFailed: boolean
}

/** `onStatement` hears of each one after its end, in the place where it was asked. */
export const connect = (pool: pg.Pool, onStatement?: (statement: Statement) => void): Db =>
  new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [secretColumns],
    ...(onStatement === undefined
      ? {}
      : {
          log: ({ level, query, queryDurationMillis }) =>
            onStatement({ text: query.sql, millis: queryDurationMillis, isFailed: level === 'error' }),
        }),
  })

/** True where the database could not be asked or broke off, as against a statement that it refused: asking again later may help. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined && unavailableCodes.test(code)) return true
  return unavailableWords.test(error.message)
}

// Connection exceptions (08), operator intervention (57P), too many connections (53300), disk full (53100), statement cancelled by its time-out (57014).
// And a plan that a change of the schema has overtaken (0A000), which is made anew (keep-plans.ts).
const unavailableCodes =
  /^(08...|0A000|57P..|57014|53[0-9]..|25P03|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/
const unavailableWords =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|is not queryable|the database system is|Cannot use a pool after calling end/
