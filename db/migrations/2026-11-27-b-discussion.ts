import { type Kysely, sql } from 'kysely'

/** What people say about a finding or a target. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Its id is the finding's or the target's. Its row lock orders those who write at once.
  `create table threads (
    id uuid primary key,
    target_id uuid not null references targets on delete cascade,
    finding_id uuid references findings on delete cascade,
    version integer not null
  )`,
  'create index threads_target on threads (target_id)',
  'create index threads_finding on threads (finding_id)',
  `create table messages (
    id uuid primary key,
    thread_id uuid not null references threads on delete cascade,
    -- The thread's version when it was written, which is its place, and when it last changed.
    number integer not null,
    version integer not null,
    author_kind text not null check (author_kind in ('user', 'service-account')),
    author_id uuid not null,
    text text not null,
    mentions uuid[] not null default '{}',
    written_at timestamptz not null default calendar_now(),
    edited_at timestamptz,
    withdrawn_at timestamptz
  )`,
  'create unique index messages_by_number on messages (thread_id, number)',
  'create unique index messages_by_version on messages (thread_id, version)',
  // What a message said before it was edited. Inserted, never updated.
  `create table message_edits (
    message_id uuid not null references messages on delete cascade,
    number integer not null,
    text text not null,
    replaced_at timestamptz not null default calendar_now(),
    primary key (message_id, number)
  )`,
]
