import { type Kysely, sql } from 'kysely'

/** Which certificates are shown where, as they were last seen. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Replaced by what a later run was answered at the same place; silence leaves it as it is. scan_id: the scan that saw it last.
  `create table certificates (
    target_id uuid not null references targets on delete cascade,
    subject text not null,
    address text not null,
    fingerprint text not null,
    organisation_id uuid not null references organisations on delete cascade,
    holder text not null,
    issuer text not null,
    serial_number text not null,
    names text[] not null,
    name_count integer not null,
    not_before timestamptz not null,
    not_after timestamptz not null,
    key_type text not null,
    key_bits integer,
    key_curve text,
    renewal_days integer not null,
    name_matches boolean,
    trust_problem text,
    seen_at timestamptz not null,
    scan_id uuid not null,
    primary key (target_id, subject, address, fingerprint)
  )`,
  'create index certificates_ends on certificates (organisation_id, not_after, target_id, subject, address, fingerprint)',
  'create index certificates_seen on certificates (seen_at)',
  // From the last run at each watched target, where its result is still there; the next run fills in the rest.
  `insert into certificates
    select distinct on (compared.target_id, result.result->>'subject', place.address, leaf.fingerprint)
      compared.target_id, result.result->>'subject', place.address, leaf.fingerprint, target.organisation_id, leaf.subject, leaf.issuer, leaf."serialNumber",
      array(select name->>'value' from jsonb_array_elements(leaf.names) with ordinality as listed (name, n) order by n limit 20), leaf."nameCount",
      leaf."notBefore", leaf."notAfter", leaf.key->>'type', (leaf.key->>'bits')::integer, leaf.key->>'curve',
      greatest(0, floor(least(30, extract(epoch from leaf."notAfter" - leaf."notBefore") / 86400 / 4)))::integer,
      (chain->>'nameMatches')::boolean, chain->>'trustProblem', result.created_at, compared.scan_id
    from compared_runs compared
    join targets target on target.id = compared.target_id
    join results result on result.scan_id = compared.scan_id and result.scanner = compared.scanner
    cross join lateral jsonb_to_recordset(result.result->'addresses') as place (address text, chains jsonb)
    cross join lateral jsonb_array_elements(place.chains) as chain
    join lateral jsonb_to_recordset(result.result->'certificates') as leaf (fingerprint text, readable boolean, subject text, issuer text, "serialNumber" text, names jsonb, "nameCount" integer,
      "notBefore" timestamptz, "notAfter" timestamptz, key jsonb) on leaf.readable and leaf.fingerprint = chain->'sent'->>0
    where compared.scanner = 'tls'`,
]
