import { sql } from 'kysely'
import type { Db } from '#db/connect.ts'
import { claimNext, handBack } from '#db/queries/claims.ts'
import { listScans, type ScanCursor, standingOf } from '#db/queries/scans.ts'
import { makeActor, makeScan } from '#test/support/make.ts'
import { openStore, timeAll, vacuum } from './store.ts'

/** A page of the list, a scan's standing and a claim, at ten thousand and at a million stored scans; and that none of them reads all scans, by Postgres' own plan. */
export async function bench(): Promise<void> {
  const store = await openStore()
  const { db } = store
  const actor = await makeActor(db)
  // It waits for as long as filling takes.
  const { id } = await makeScan(db, actor, { deadlineSeconds: 3600 })
  const reach = { organisationId: actor.organisationId, targetTags: null }
  for (const rows of [10_000, 1_000_000]) {
    await fill(db, id, rows)
    const middle = await rowAt(db, rows / 2)
    const asks = {
      'first page': () => listScans(db, reach, { limit: 20, after: null, target: null }),
      'failed ones': () => listScans(db, reach, { limit: 20, after: null, target: null, status: 'failed' }),
      'of a request': () => listScans(db, reach, { limit: 20, after: null, target: null, requestId: 'none' }),
      'from the middle': () => listScans(db, reach, { limit: 20, after: middle, target: null }),
      status: () => standingOf(db, reach, id),
      // Each claim has a scan that waits; what it takes is given back.
      claim: async () => {
        const claimed = await claimNext(db, id, 60, [])
        if (!claimed) throw new Error('nothing waits')
        await handBack(db, claimed)
      },
    }
    await timeAll(store, `${String(rows).padStart(9)} scans`, 'scans', asks)
  }
  await store.stop()
}

async function fill(db: Db, like: string, rows: number): Promise<void> {
  await sql`
    insert into scans (id, organisation_id, target_id, status, deadline, created_at)
    select gen_random_uuid(), organisation_id, target_id, 'completed', deadline, created_at - make_interval(secs => n)
    from scans, generate_series(1, ${rows} - (select count(*) from scans)) as n where id = ${like}::uuid`.execute(db)
  await vacuum(db)
}

async function rowAt(db: Db, offset: number): Promise<ScanCursor> {
  const { rows } =
    await sql<ScanCursor>`select created_at::text as "createdAt", id from scans order by created_at desc, id desc offset ${offset} limit 1`.execute(
      db,
    )
  return rows[0]!
}
