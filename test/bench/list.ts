import { sql } from 'kysely'
import { connect, createPool, type Db } from '#db/connect.ts'
import { startEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'
import { listScans, type ScanCursor } from '#db/queries/scans.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { makeActor, makeScan } from '#test/support/make.ts'

/** The list of scans at a thousand and at a million rows: the first page, and one from the middle. */
export async function bench(): Promise<void> {
  const postgres = await startEmbedded(makeFolder())
  await migrate(postgres.url)
  const db = connect(
    createPool({ url: postgres.url, max: 2, name: 'bench', timeoutMillis: 300_000, onError: () => {} }),
  )
  const actor = await makeActor(db)
  const { id } = await makeScan(db, actor)
  for (const rows of [1000, 1_000_000]) {
    await fill(db, id, rows)
    const middle = await rowAt(db, rows / 2)
    console.log(
      `${String(rows).padStart(9)} scans   first page ${await medianMillis(db, actor.organisationId, null)} ms   from the middle ${await medianMillis(db, actor.organisationId, middle)} ms`,
    )
  }
  await db.destroy()
  await postgres.stop()
}

async function fill(db: Db, like: string, rows: number): Promise<void> {
  await sql`
    insert into scans (id, organisation_id, target_id, status, deadline, created_at)
    select gen_random_uuid(), organisation_id, target_id, 'completed', deadline, created_at - make_interval(secs => n)
    from scans, generate_series(1, ${rows} - (select count(*) from scans)) as n where id = ${like}::uuid`.execute(db)
  await sql`vacuum analyze scans`.execute(db)
}

async function rowAt(db: Db, offset: number): Promise<ScanCursor> {
  const { rows } =
    await sql<ScanCursor>`select created_at::text as "createdAt", id from scans order by created_at desc, id desc offset ${offset} limit 1`.execute(
      db,
    )
  return rows[0]!
}

async function medianMillis(db: Db, organisationId: string, after: ScanCursor | null): Promise<string> {
  const millis: number[] = []
  for (let i = 0; i < 101; i++) {
    const began = performance.now()
    await listScans(db, { organisationId, targetTags: null }, { limit: 20, after, target: null })
    millis.push(performance.now() - began)
  }
  return millis.sort((a, b) => a - b)[50]!.toFixed(2)
}
