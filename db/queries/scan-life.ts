import { sql } from 'kysely'
import type { Db } from '../connect.ts'

export interface LifeStep {
  readonly at: Date
  readonly kind: string
  readonly attempt: number | null
  readonly workerId: string | null
  /** Host and process of the worker, where it is still known. */
  readonly worker: string | null
  readonly scanner: string | null
  readonly reason: string | null
  readonly detail: string | null
  /** The scan that a retry made. */
  readonly madeId: string | null
}

/** What happened to a scan, in order: its history without progress, leases that ran out, writes that were refused, and acts of admins. */
export async function stepsOf(db: Db, scanId: string): Promise<LifeStep[]> {
  const { rows } = await sql<LifeStep & { place: number }>`
    with steps as (
      select created_at as at, -1 as place, 'asked' as kind, null::integer as attempt, null::uuid as worker_id, null::text as scanner, null::text as reason, null::text as detail, null::uuid as made_id
        from scans where id = ${scanId}::uuid
      union all
      select event.at, event.version * 2, event.kind, event.attempt, event.worker_id, event.scanner, run.reason, run.detail, null
        from scan_events event left join scan_runs run on event.kind like 'run-%' and run.scan_id = event.scan_id and run.scanner = event.scanner
        where event.scan_id = ${scanId}::uuid and event.kind <> 'progress'
      union all
      select lapsed_at, version * 2 - 1, 'lease-ran-out', attempt - 1,
        (select worker_id from scan_events before where before.scan_id = event.scan_id and before.kind = 'claimed' and before.version < event.version order by before.version desc limit 1),
        null, null, null, null
        from scan_events event where scan_id = ${scanId}::uuid and lapsed_at is not null
      union all
      select at, 0, 'write-refused', attempt, worker_id, null, null, null, null from fenced_writes where scan_id = ${scanId}::uuid
      union all
      select acts.at, 1000000000, 'act-' || acts.act, null, null, null, acted.outcome, null, acted.made_id
        from act_scans acted join acts on acts.id = acted.act_id where acted.scan_id = ${scanId}::uuid
    )
    select at, place, kind, attempt, worker_id as "workerId", host || ' ' || pid as worker, scanner, reason, detail, made_id as "madeId"
    from steps left join workers on workers.id = steps.worker_id
    order by at, place
  `.execute(db)
  return rows.map(({ place: _place, ...step }) => step)
}

export interface Asker {
  readonly kind: 'user' | 'service-account' | 'schedule' | 'unknown'
  /** Of the person, account or schedule; null where it is gone. */
  readonly id: string | null
  readonly name: string | null
}

/** Who stands behind the credential that asked for a scan. */
export async function askerOf(db: Db, credentialId: string | null): Promise<Asker> {
  const { rows } = await sql<Asker>`
    select 'user' as kind, users.id, users.email_display as name from sessions join users on users.id = sessions.user_id where sessions.id = ${credentialId}::uuid
    union all
    select case when api_keys.user_id is null then 'service-account' else 'user' end, coalesce(api_keys.user_id, api_keys.service_account_id),
      coalesce(users.email_display, service_accounts.name)
      from api_keys left join users on users.id = api_keys.user_id left join service_accounts on service_accounts.id = api_keys.service_account_id
      where api_keys.id = ${credentialId}::uuid
    union all
    select 'schedule', id, name from schedules where id = ${credentialId}::uuid
    limit 1
  `.execute(db)
  return rows[0] ?? { kind: 'unknown', id: null, name: null }
}
