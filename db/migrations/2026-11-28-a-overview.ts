import { type Kysely, sql } from 'kysely'

/** A member's overview says what changed since they last looked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  'alter table memberships add column looked_at timestamptz',
  'create index finding_changes_organisation on finding_changes (organisation_id, at desc)',
]
