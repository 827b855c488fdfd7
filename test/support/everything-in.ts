import { sql } from 'kysely'
import type { Db } from '#db/connect.ts'

/** Every value of every table, of the queue's schema too, as text: what a dump of the database would show. Times are left out, whose fractions look like codes. */
export async function everythingIn(db: Db): Promise<string> {
  const { rows: columns } = await sql<{ table_schema: string; table_name: string; column_name: string }>`
    select table_schema, table_name, column_name from information_schema.columns
    where table_schema in ('public', 'bullmq') and data_type not like 'timestamp%'`.execute(db)
  const tables = Map.groupBy(columns, ({ table_schema, table_name }) => `${table_schema}.${table_name}`)
  const texts: string[] = []
  for (const [table, columns] of tables) {
    const list = sql.join(columns.map(({ column_name }) => sql`${sql.ref(column_name)}::text`))
    const { rows } = await sql<{
      row: string
    }>`select concat_ws(' | ', ${list}) as row from ${sql.table(table)}`.execute(db)
    texts.push(...rows.map(({ row }) => `${table}: ${row}`))
  }
  return texts.join('\n')
}
