import { type CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import { createPool, type Db } from '#db/connect.ts'
import { startEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'
import { secretColumns } from '#db/secret-columns.ts'
import type { Tables } from '#db/tables.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { medianOf } from './instance.ts'

export interface BenchStore {
  readonly db: Db
  readonly url: string
  /** Asks, and gives the tables that Postgres would read from end to end to answer it. */
  readonly scannedBy: (ask: () => Promise<unknown>) => Promise<string[]>
  readonly stop: () => Promise<void>
}

/** A database of a benchmark's own, with no process beside it. */
export async function openStore({ connections = 2 } = {}): Promise<BenchStore> {
  const postgres = await startEmbedded(makeFolder())
  await migrate(postgres.url)
  const pool = createPool({
    url: postgres.url,
    max: connections,
    name: 'bench',
    timeoutMillis: 300_000,
    onError: () => {},
  })
  let asked: CompiledQuery[] = []
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [secretColumns],
    log: ({ query }) => void asked.push(query),
  })
  return {
    db,
    url: postgres.url,
    async scannedBy(ask) {
      asked = []
      await ask()
      const scanned = new Set<string>()
      for (const { sql: text, parameters } of asked.filter(({ sql: text }) => /^(select|with|update)\b/.test(text))) {
        const { rows } = await pool.query<Record<'QUERY PLAN', readonly [{ Plan: Node }]>>(
          `explain (format json) ${text}`,
          [...parameters],
        )
        for (const node of nodesOf(rows[0]!['QUERY PLAN'][0].Plan))
          if (node['Node Type'] === 'Seq Scan') scanned.add(node['Relation Name']!)
      }
      return [...scanned]
    },
    async stop() {
      await db.destroy()
      await postgres.stop()
    },
  }
}

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Node[]
}
const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** Lets Postgres know what there is, as its own vacuum does after a while. */
export const vacuum = (db: Db) => sql`vacuum analyze`.execute(db)

/** Prints how long each takes, all begun as warm as each other. @throws where one would read this whole table */
export async function timeAll(
  { scannedBy }: BenchStore,
  label: string,
  table: keyof Tables,
  asks: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<void> {
  for (const ask of Object.values(asks)) await medianMillis(ask)
  const told: string[] = []
  for (const [name, ask] of Object.entries(asks)) told.push(`${name} ${await medianMillis(ask)} ms`)
  console.log(`${label}   ${told.join('   ')}`)
  for (const [name, ask] of Object.entries(asks))
    if ((await scannedBy(ask)).includes(table)) throw new Error(`${name} reads all ${table}`)
}

async function medianMillis(ask: () => Promise<unknown>): Promise<string> {
  const millis: number[] = []
  for (let i = 0; i < 101; i++) {
    const began = performance.now()
    await ask()
    millis.push(performance.now() - began)
  }
  return medianOf(millis).toFixed(2)
}
