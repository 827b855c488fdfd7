import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { storable } from './json.ts'
import { isWithinReach, type Reach } from './targets.ts'

export interface SeenExpiry {
  readonly subject: string
  readonly at: string
  readonly beganAt: string | null
  readonly issuer: string | null
  readonly soonDays: number
  readonly rule: string
}

/** Notes what a scan saw end; an end that was seen before keeps what people were reminded of. */
export async function noteExpiries(
  db: Db,
  { targetId, scanner, now }: { readonly targetId: string; readonly scanner: string; readonly now: Date },
  expiries: readonly SeenExpiry[],
): Promise<void> {
  if (expiries.length === 0) return
  await sql`
    insert into expiries (target_id, scanner, rule, subject, expires_at, began_at, issuer, soon_days, seen_at)
    select ${targetId}::uuid, ${scanner}, rule, subject, at, "beganAt", issuer, "soonDays", ${now}
    from jsonb_to_recordset(${storable(expiries)}::jsonb) as seen (rule text, subject text, at timestamptz, "beganAt" timestamptz, issuer text, "soonDays" integer)
    on conflict (target_id, scanner, subject, expires_at) do update set
      seen_at = excluded.seen_at, soon_days = excluded.soon_days, began_at = excluded.began_at, issuer = excluded.issuer
  `.execute(db)
}

export interface ShownExpiry {
  readonly targetId: string
  readonly canonical: string
  readonly display: string
  readonly scanner: string
  readonly subject: string
  readonly expiresAt: Date
  readonly beganAt: Date | null
  readonly issuer: string | null
  readonly seenAt: Date
  readonly soonDays: number
  /** A later run of its scanner told nothing of it: it stands as it was seen. */
  readonly isNotRetested: boolean
}

export interface ExpiryPlace {
  readonly expiresAt: Date
  readonly targetId: string
  readonly subject: string
}

/** What ends at watched targets, of each the end that was shown last, the first to end first. */
export async function listExpiries(
  db: Db,
  reach: Reach,
  { scanner, after, limit }: { readonly scanner: string; readonly after: ExpiryPlace | null; readonly limit: number },
): Promise<ShownExpiry[]> {
  const { rows } = await sql<ShownExpiry>`
    select expiry.target_id as "targetId", target.canonical, target.display, expiry.scanner, expiry.subject, expiry.expires_at as "expiresAt",
      expiry.began_at as "beganAt", expiry.issuer, expiry.seen_at as "seenAt", expiry.soon_days as "soonDays",
      coalesce(compared.started_at > expiry.seen_at, false) as "isNotRetested"
    from expiries expiry
    join targets target on target.id = expiry.target_id and target.watched_since is not null and target.archived_at is null
    left join compared_runs compared on compared.target_id = expiry.target_id and compared.scanner = expiry.scanner
    where expiry.scanner = ${scanner} and ${isWithinReach(reach)}
      and not exists (
        select from expiries later where later.target_id = expiry.target_id and later.scanner = expiry.scanner and later.subject = expiry.subject and later.seen_at > expiry.seen_at
      )
      ${after === null ? sql`` : sql`and (expiry.expires_at, expiry.target_id, expiry.subject) > (${after.expiresAt}, ${after.targetId}::uuid, ${after.subject})`}
    order by expiry.expires_at, expiry.target_id, expiry.subject
    limit ${limit}
  `.execute(db)
  return rows
}

/** Days before the end at which people are reminded, once each. */
const reminderDays = [30, 14, 7, 3, 1] as const

export interface DueReminder {
  readonly organisationId: string
  readonly targetId: string
  readonly scanner: string
  readonly rule: string
  readonly subject: string
  readonly expiresAt: Date
  readonly daysLeft: number
}

/** Takes the reminders whose day has come, of ends that were shown last, on targets that are watched; each is one's. */
export async function takeDueReminders(db: Db, limit: number): Promise<DueReminder[]> {
  const { rows } = await sql<DueReminder>`
    with due as (
      select expiry.target_id, expiry.scanner, expiry.subject, expiry.expires_at, target.organisation_id, days.due_days,
        ceil(extract(epoch from expiry.expires_at - calendar_now()) / 86400)::int as days_left
      from expiries expiry
      join targets target on target.id = expiry.target_id and target.watched_since is not null and target.archived_at is null
      cross join lateral (
        select min(day) as due_days from unnest(${[...reminderDays]}::int[]) as day
        where day <= expiry.soon_days and expiry.expires_at <= calendar_now() + make_interval(days => day)
      ) days
      where not exists (
          select from expiries later where later.target_id = expiry.target_id and later.scanner = expiry.scanner and later.subject = expiry.subject and later.seen_at > expiry.seen_at
        )
        and expiry.expires_at > calendar_now() and expiry.expires_at <= calendar_now() + interval '30 days'
        and days.due_days is not null and (expiry.reminded_days is null or days.due_days < expiry.reminded_days)
      limit ${limit} for update of expiry skip locked
    )
    update expiries expiry set reminded_days = due.due_days from due
    where expiry.target_id = due.target_id and expiry.scanner = due.scanner and expiry.subject = due.subject and expiry.expires_at = due.expires_at
    returning due.organisation_id as "organisationId", expiry.target_id as "targetId", expiry.scanner, expiry.rule, expiry.subject, expiry.expires_at as "expiresAt", due.days_left as "daysLeft"
  `.execute(db)
  return rows
}

export const sweepExpiries = (db: Db) =>
  db.deleteFrom('expiries').where('expires_at', '<', sql<Date>`calendar_now() - interval '90 days'`).execute()
