import { sql } from 'kysely'
import { connect, createPool, type Db } from '#db/connect.ts'
import { startEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'
import { claimNext, handBack } from '#db/queries/claims.ts'
import { listScans, type ScanCursor, standingOf } from '#db/queries/scans.ts'
import { medianOf } from './instance.ts'
import { makeFolder } from '#test/support/portlight.ts'
import { makeActor, makeScan } from '#test/support/make.ts'

/** A page of the list, a scan's standing and a claim, at ten thousand and at a million stored scans. */
export async function bench(): Promise<void> {
  const postgres = await startEmbedded(makeFolder())
  await migrate(postgres.url)
  const db = connect(
    createPool({ url: postgres.url, max: 2, name: 'bench', timeoutMillis: 300_000, onError: () => {} }),
  )
  const actor = await makeActor(db)
  const { id } = await makeScan(db, actor)
  const reach = { organisationId: actor.organisationId, targetTags: null }
  for (const rows of [10_000, 1_000_000]) {
    await fill(db, id, rows)
    const middle = await rowAt(db, rows / 2)
    const page = (after: ScanCursor | null) =>
      medianMillis(() => listScans(db, reach, { limit: 20, after, target: null }))
    // Each claim has a scan that waits; what it takes is given back.
    const claim = async () => {
      const claimed = await claimNext(db, id, 60, [])
      if (!claimed) throw new Error('nothing waits')
      await handBack(db, claimed)
    }
    // Both begin as warm as each other.
    await Promise.all([page(null), page(middle), medianMillis(claim)])
    console.log(
      `${String(rows).padStart(9)} scans   first page ${await page(null)} ms   from the middle ${await page(middle)} ms   status ${await medianMillis(() => standingOf(db, reach, id))} ms   claim ${await medianMillis(claim)} ms`,
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

async function medianMillis(ask: () => Promise<unknown>): Promise<string> {
  const millis: number[] = []
  for (let i = 0; i < 101; i++) {
    const began = performance.now()
    await ask()
    millis.push(performance.now() - began)
  }
  return medianOf(millis).toFixed(2)
}
