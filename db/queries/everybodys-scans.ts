import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../connect.ts'
import { type Act, countedAtMost, type RetryStanding, retryStandings, targetsAtMost } from '../model/act.ts'
import { DomainError } from '../model/errors.ts'
import { openStatuses, type RunStatus, type ScanStatus } from '../model/scan.ts'
import type { TargetKind } from '../model/target.ts'
import type { ScanCursor } from './scans.ts'

/** Which scans of all organisations; what is left out is not asked. */
export interface ScanFilter {
  readonly ids?: readonly string[] | undefined
  readonly status?: ScanStatus | undefined
  readonly reason?: string | undefined
  /** A part of the target's name or address. */
  readonly target?: string | undefined
  readonly organisationId?: string | undefined
  /** A user by mail address; or a user, service account, key, session or schedule by id. */
  readonly account?: string | undefined
  /** A part of why a run failed or told nothing. */
  readonly error?: string | undefined
  /** As `listFailures` names it. */
  readonly cause?: string | undefined
  /** How long ago the run that failed or told nothing ended at most; what `error` and `cause` are about. */
  readonly failedHours?: number | undefined
  /** Of scans that failed or told nothing: how an act's retry of them stands. */
  readonly retry?: RetryStanding | undefined
  readonly requestId?: string | undefined
  readonly lane?: number | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

/** Where words of errors are looked for, and no time is given. */
const errorsSince = sql`now() - interval '24 hours'`
const hoursAgo = (hours: number) => sql`now() - make_interval(hours => ${hours})`

/** How the newest retry of a scan by an act stands, as a part of a statement: text, or null where there is none. */
const retryStanding = (scanId: RawBuilder<unknown>) => sql`(
  select case
    when made.status in ('queued', 'running') then 'waits'
    when made.status = 'completed' and not exists (select from scan_runs run where run.scan_id = made.id and run.status in ('failed', 'inconclusive')) then 'told'
    else 'failed'
  end
  from act_scans acted join scans made on made.id = acted.made_id where acted.scan_id = ${scanId} order by made.created_at desc limit 1
)`
const retryOf = (standing: RetryStanding) =>
  standing === 'none'
    ? sql`not exists (select from act_scans acted where acted.scan_id = scan.id and acted.made_id is not null)`
    : sql`${retryStanding(sql`scan.id`)} = ${standing}`
const like = (text: string) => `%${text.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`

/** @throws DomainError where a text matches more targets than can be meant */
async function conditionsOf(db: Db, filter: ScanFilter): Promise<RawBuilder<unknown>> {
  const {
    ids,
    status,
    reason,
    organisationId,
    account,
    error,
    cause,
    failedHours,
    retry,
    requestId,
    lane,
    since,
    until,
  } = filter
  const all: RawBuilder<unknown>[] = [sql`true`]
  if (ids !== undefined) all.push(sql`scan.id = any(${ids}::uuid[])`)
  // As it is, no parameter: a plan for any status would not know that an index holds the rare ones.
  if (status !== undefined) all.push(sql`scan.status = ${sql.lit(status)}`)
  if (reason !== undefined) all.push(sql`scan.reason = ${reason}`)
  if (organisationId !== undefined) all.push(sql`scan.organisation_id = ${organisationId}::uuid`)
  if (requestId !== undefined) all.push(sql`scan.request_id = ${requestId}`)
  if (lane !== undefined) all.push(sql`scan.lane = ${lane}`)
  if (since !== undefined) all.push(sql`scan.created_at >= ${since}::timestamptz`)
  if (until !== undefined) all.push(sql`scan.created_at < ${until}::timestamptz`)
  if (retry !== undefined) all.push(retryOf(retry))
  if (account !== undefined) all.push(sql`scan.requested_by = any(${await credentialsOf(db, account)}::uuid[])`)
  if (filter.target !== undefined) all.push(sql`scan.target_id = any(${await targetsLike(db, filter.target)}::uuid[])`)
  if (cause !== undefined || error !== undefined || failedHours !== undefined || retry !== undefined) {
    const from =
      failedHours !== undefined ? hoursAgo(failedHours) : since === undefined ? errorsSince : sql`${since}::timestamptz`
    // An array, so that it is found out first: a plan that walks the newest scans until some match walks all where none do.
    all.push(sql`scan.id = any(array(
      select scan_id from scan_runs where finished_at >= ${from}
        and ${cause === undefined ? sql`cause is not null` : sql`cause = ${cause}`}
        ${error === undefined ? sql`` : sql`and (reason ilike ${like(error)} or detail ilike ${like(error)})`}
    ))`)
  }
  return sql.join(all, sql` and `)
}

async function targetsLike(db: Db, text: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from targets where canonical like ${like(text.toLowerCase())} or (display <> canonical and display ilike ${like(text)}) limit ${targetsAtMost + 1}
  `.execute(db)
  if (rows.length > targetsAtMost)
    throw new DomainError(
      'too-many-matches',
      `More than ${targetsAtMost} targets match "${text}": say more of the name.`,
    )
  return rows.map(({ id }) => id)
}

/** Everything by which an account asks for scans. */
async function credentialsOf(db: Db, account: string): Promise<string[]> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(account)
  const who = isId ? sql`${account}::uuid` : sql`(select id from users where email = ${account.toLowerCase()})`
  const { rows } = await sql<{ id: string }>`
    select id from sessions where user_id = ${who}
    union select id from api_keys where user_id = ${who} or service_account_id = ${who}
    union select ${who} where ${who} is not null
  `.execute(db)
  return rows.map(({ id }) => id)
}

/** Which of the scans that a filter matches an act is for. */
const eligible: Readonly<Record<Act, (again: boolean) => RawBuilder<unknown>>> = {
  cancel: () =>
    sql`scan.status in (${sql.join(openStatuses.map((one) => sql.lit(one)))}) and scan.cancel_asked_at is null`,
  prioritise: () => sql`scan.status = 'queued' and scan.lane > 0 and scan.cancel_asked_at is null`,
  retry: (again) => sql`
    scan.status in ('failed', 'completed') and exists (select from scan_runs run where run.scan_id = scan.id and run.status in ('failed', 'inconclusive'))
    ${again ? sql`` : sql`and ${retryOf('none')}`}`,
}

export interface Selection {
  readonly filter: ScanFilter
  /** Null for whoever only looks. */
  readonly act?: Act | null
  /** A retry repeats what a retry repeated before. */
  readonly again?: boolean
  /** The last scan that an earlier part of the same act was about: those that came after it. */
  readonly after?: ScanCursor | null
}

/** The condition that a selection comes to, for the queries below: found out once for several. */
export type Matching = RawBuilder<unknown>

/** @throws DomainError where a text matches more targets than can be meant */
export async function matching(
  db: Db,
  { filter, act = null, again = false, after = null }: Selection,
): Promise<Matching> {
  const parts = [await conditionsOf(db, filter)]
  if (act !== null) parts.push(eligible[act](again))
  if (after !== null) parts.push(sql`(scan.created_at, scan.id) > (${after.createdAt}::timestamptz, ${after.id}::uuid)`)
  return sql.join(parts, sql` and `)
}

/** How many match, counted up to `countedAtMost`. */
export async function countScans(db: Db, matches: Matching): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from (select from scans scan where ${matches} limit ${countedAtMost}) found
  `.execute(db)
  return rows[0]?.count ?? 0
}

/** Those that match, the oldest first. */
export async function oldestOf(db: Db, matches: Matching, limit: number): Promise<{ id: string; cursor: string }[]> {
  const { rows } = await sql<{ id: string; cursor: string }>`
    select scan.id, scan.created_at::text as cursor from scans scan where ${matches} order by scan.created_at, scan.id limit ${limit}
  `.execute(db)
  return rows
}

export interface JobRow {
  readonly id: string
  readonly organisationId: string
  readonly organisation: string
  readonly kind: TargetKind
  readonly canonical: string
  readonly display: string
  readonly status: ScanStatus
  readonly reason: string | null
  readonly lane: number
  readonly attempt: number
  readonly lapses: number
  readonly workerId: string | null
  readonly requestedBy: string | null
  readonly requestId: string | null
  readonly rerunOf: string | null
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly deadline: Date
  readonly cursor: string
  readonly errors: readonly {
    readonly scanner: string
    readonly status: RunStatus
    readonly reason: string | null
    readonly detail: string | null
  }[]
}

/** A page, the newest first, from after the cursor: where each stands and why it failed, and nothing of what was seen. */
export async function listJobs(
  db: Db,
  matches: Matching,
  { limit, after }: { readonly limit: number; readonly after: ScanCursor | null },
): Promise<JobRow[]> {
  const place =
    after === null ? sql`` : sql`and (scan.created_at, scan.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`
  const { rows } = await sql<JobRow>`
    with page as (
      select scan.* from scans scan where ${matches} ${place} order by scan.created_at desc, scan.id desc limit ${limit}
    )
    select page.id, page.organisation_id as "organisationId", organisation.name as organisation, target.kind, target.canonical, target.display,
      page.status, page.reason, page.lane, page.attempt, page.lapses, page.worker_id as "workerId", page.requested_by as "requestedBy", page.request_id as "requestId",
      page.rerun_of as "rerunOf", page.created_at as "createdAt", page.started_at as "startedAt", page.finished_at as "finishedAt", page.deadline,
      page.created_at::text as cursor,
      (select coalesce(jsonb_agg(jsonb_build_object('scanner', scanner, 'status', status, 'reason', reason, 'detail', detail) order by id), '[]')
        from scan_runs where scan_id = page.id and status in ('failed', 'inconclusive', 'refused')) as errors
    from page join targets target on target.id = page.target_id join organisations organisation on organisation.id = page.organisation_id
    order by page.created_at desc, page.id desc
  `.execute(db)
  return rows
}

/** Runs that are looked at for causes: the newest. */
export const runsAtMost = 50_000
const causesAtMost = 100

export interface Failure {
  readonly cause: string
  readonly scanner: string
  readonly status: RunStatus
  readonly reason: string | null
  readonly words: string
  readonly count: number
  readonly scans: number
  /** Of these, how the retries stand. */
  readonly retries: Readonly<Record<RetryStanding, number>>
  readonly organisations: number
  readonly firstAt: Date
  readonly lastAt: Date
  readonly latest: string[]
}

/** Runs that failed, or told nothing, within so many hours, by what they have in common; the most frequent first. */
export async function listFailures(db: Db, hours: number): Promise<{ failures: Failure[]; seen: number }> {
  const { rows } = await sql<Failure & { seen: number }>`
    with failed as materialized (
      select id, cause, scan_id, finished_at from scan_runs where cause is not null and finished_at > ${hoursAgo(hours)}
      order by finished_at desc limit ${runsAtMost}
    ), standing as materialized (
      select scan_id, coalesce(${retryStanding(sql`once.scan_id`)}, 'none') as retry from (select distinct scan_id from failed) once
    ), grouped as (
      select cause, count(*)::integer as count, count(distinct scan_id)::integer as scans,
        jsonb_build_object(${sql.join(retryStandings.flatMap((name) => [sql.lit(name), sql`count(distinct scan_id) filter (where retry = ${sql.lit(name)})`]))}) as retries,
        count(distinct organisation_id)::integer as organisations,
        min(failed.finished_at) as first_at, max(failed.finished_at) as last_at,
        (array_agg(scan_id order by failed.finished_at desc))[1:3] as latest, (array_agg(failed.id order by failed.finished_at desc))[1] as newest
      from failed join standing using (scan_id) join scans scan on scan.id = failed.scan_id group by cause order by count(*) desc, max(failed.finished_at) desc limit ${causesAtMost}
    )
    select grouped.cause, run.scanner, run.status, run.reason, failure_words(run.detail, target.canonical) as words, count, scans, retries, organisations,
      first_at as "firstAt", last_at as "lastAt", latest, (select count(*)::integer from failed) as seen
    from grouped join scan_runs run on run.id = grouped.newest join scans scan on scan.id = run.scan_id join targets target on target.id = scan.target_id
    order by count desc, last_at desc
  `.execute(db)
  return { failures: rows.map(({ seen: _seen, ...failure }) => failure), seen: rows[0]?.seen ?? 0 }
}
