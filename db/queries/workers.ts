import { sql } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import { silentAfterSeconds } from '../model/queue.ts'
import type { Claim } from './claims.ts'
import { inSeconds, now } from './clock.ts'
import type { Reasoned } from './pauses.ts'
import { personName } from './users.ts'

/** What a worker says of itself at each heartbeat. */
export interface Heartbeat {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly version: string
  readonly queue: 'postgres' | 'redis'
  readonly concurrency: number
  readonly memoryBytes: number
  readonly isDraining: boolean
}

/** Says that the worker lives, and hears whether it shall take no more work. */
export async function beat(db: Db, { id, memoryBytes, isDraining, ...facts }: Heartbeat): Promise<boolean> {
  const seen = { memory_bytes: memoryBytes, is_draining: isDraining }
  const { isAsked } = await db
    .insertInto('workers')
    .values({ id, ...facts, ...seen })
    .onConflict((on) => on.column('id').doUpdateSet({ ...seen, seen_at: now }))
    .returning(sql<boolean>`drain_asked_at is not null`.as('isAsked'))
    .executeTakeFirstOrThrow()
  return isAsked
}

/** A worker that stops by itself leaves nothing behind. */
export const forgetWorker = (db: Db, id: string) => db.deleteFrom('workers').where('id', '=', id).execute()

/** Those that were not heard of for an hour are gone. */
export const sweepWorkers = (db: Db) => db.deleteFrom('workers').where('seen_at', '<', inSeconds(-3600)).execute()

/** Asks a worker to take no more work, or, without a reason, to take work again. False where there is none. Belongs into a transaction. */
export async function askDrain(db: Db, id: string, asked: Reasoned | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('workers')
    .set({
      drain_asked_at: asked === null ? null : sql<Date>`coalesce(drain_asked_at, now())`,
      drain_reason: asked?.reason ?? null,
      drain_asked_by: asked?.by ?? null,
    })
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await publish(db, 'worker', id)
  return true
}

export interface HeldScan {
  readonly id: string
  readonly organisationId: string
  readonly organisation: string
  readonly target: string
  readonly lane: number
  readonly attempt: number
  readonly startedAt: string
  readonly leaseSeconds: number
  /** Scanners that have not ended. */
  readonly scanners: string[]
}

/** Every worker that was heard of within the hour, each with the scans that it holds. */
export async function listWorkers(db: Db) {
  const { rows } = await sql<{
    id: string
    host: string
    pid: number
    version: string
    queue: 'postgres' | 'redis'
    concurrency: number
    memoryBytes: number
    startedAt: Date
    seenSeconds: number
    isSilent: boolean
    isDraining: boolean
    drainAskedAt: Date | null
    drainReason: string | null
    drainBy: string | null
    scans: HeldScan[]
  }>`
    select worker.id, host, pid, worker.version, queue, concurrency, memory_bytes::float8 as "memoryBytes", worker.started_at as "startedAt",
      extract(epoch from now() - seen_at)::float8 as "seenSeconds", seen_at < ${inSeconds(-silentAfterSeconds)} as "isSilent",
      is_draining as "isDraining", drain_asked_at as "drainAskedAt", drain_reason as "drainReason", ${personName} as "drainBy",
      coalesce(held.scans, '[]') as scans
    from workers worker left join users on users.id = drain_asked_by left join (
      select scan.worker_id, jsonb_agg(jsonb_build_object(
        'id', scan.id, 'organisationId', scan.organisation_id, 'organisation', organisation.name, 'target', target.display, 'lane', scan.lane,
        'attempt', scan.attempt, 'startedAt', to_char(scan.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'leaseSeconds', extract(epoch from scan.lease_until - now()),
        'scanners', array(select scanner from scan_runs where scan_id = scan.id and status = 'running' order by id)
      ) order by scan.started_at, scan.id) as scans
      from scans scan join targets target on target.id = scan.target_id join organisations organisation on organisation.id = scan.organisation_id
      where scan.status = 'running' group by scan.worker_id
    ) held on held.worker_id = worker.id
    order by worker.started_at, worker.id
  `.execute(db)
  return rows
}

/** Notes that a worker came with what it saw when the scan was another attempt's. */
export const noteFenced = (db: Db, { id, attempt }: Claim, workerId: string | null) =>
  sql`
    insert into fenced_writes (scan_id, attempt, worker_id)
    select id, ${attempt}, ${workerId}::uuid from scans where id = ${id}::uuid
    on conflict do nothing
  `.execute(db)
