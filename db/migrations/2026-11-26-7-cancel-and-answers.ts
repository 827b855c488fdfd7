import { type Kysely, sql } from 'kysely'

/** Cancelling, and what was answered to a request with an Idempotency-Key. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table scans add column cancel_asked_at timestamptz`,

  // made: what the request made, written by the transaction that made it. The answer is sealed, since some show a secret once.
  `drop table idempotency_keys`,
  `create table idempotent_requests (
    organisation_id uuid not null references organisations on delete cascade,
    credential_id uuid not null,
    key text not null,
    fingerprint bytea not null,
    made uuid,
    claimed_until timestamptz,
    status smallint,
    body_sealed bytea,
    created_at timestamptz not null default now(),
    primary key (organisation_id, credential_id, key)
  )`,
  `create index idempotent_requests_oldest on idempotent_requests (created_at)`,
]
