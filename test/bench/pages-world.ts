import { sql } from 'kysely'
import type { Db } from '#db/connect.ts'
import { scanners } from '#workers/scanners/index.ts'
import { vacuum } from './store.ts'

export interface World {
  readonly organisationId: string
  readonly targets: number
  /** At each target. */
  readonly findings: number
}

/** An organisation after a year: scans, findings with a history, what could not be told, proofs and ends, at every target. */
export async function fillWorld(db: Db, { organisationId, targets, findings }: World): Promise<void> {
  const rules = Object.entries(scanners).flatMap(([scanner, { rules }]) => rules.map(({ id }) => ({ scanner, id })))
  const organisation = sql`${organisationId}::uuid`
  for (const statement of [
    sql`
      insert into targets (id, organisation_id, kind, canonical, display, name, tags, watched_since, created_at)
      select gen_random_uuid(), ${organisation}, 'name', canonical, canonical, 'Host ' || n, case when n % 10 = 0 then '{web,public}'::text[] else '{office}' end, now(), now() - interval '1 year'
      from (select n, 'host-' || n || '.' || substr(md5(n::text), 1, 6) || '.example.org' as canonical from generate_series(1, ${targets}::int) as n) as made`,
    sql`
      insert into proofs (id, organisation_id, target_id, kind, token, status, held_at)
      select gen_random_uuid(), ${organisation}, id, 'dns-txt', id::text, case when hashtext(id::text) % 20 = 0 then 'fails' else 'holds' end, now() from targets where hashtext(id::text) % 5 <> 0`,
    sql`
      insert into scans (id, organisation_id, target_id, status, deadline, created_at, started_at, finished_at)
      select gen_random_uuid(), ${organisation}, id, case when n = 3 and hashtext(id::text) % 50 = 0 then 'failed' else 'completed' end, now(), at, at, at
      from targets, generate_series(0, 9) as n, lateral (select now() - make_interval(days => n, secs => abs(hashtext(id::text)) % 80000) as at) as began`,
    sql`
      insert into scan_runs (id, scan_id, scanner, scanner_version, options, status, started_at, finished_at)
      select gen_random_uuid(), id, scanner, 1, '{}', 'completed', started_at, finished_at from scans, unnest(${Object.keys(scanners)}::text[]) as scanner`,
    sql`
      insert into results (scan_id, scanner, attempt, result) select scan_id, scanner, 1, '{}' from scan_runs where scanner = 'tls'`,
    sql`
      insert into compared_runs (target_id, scanner, scanner_version, started_at, scan_id, checks)
      select target.id, scanner, 1, last.started_at, last.id, 20
      from targets target, unnest(${Object.keys(scanners)}::text[]) as scanner, lateral (select id, started_at from scans where target_id = target.id order by created_at desc limit 1) as last`,
    sql`
      insert into untold (target_id, scanner, reason, checks, since)
      select id, 'whois', 'rate-limited', 1, now() - interval '7 hours' from targets where hashtext(id::text) % 5 = 0
      union all select id, 'tls', 'client-certificate', 5, now() - interval '9 days' from targets where hashtext(id::text) % 7 = 0`,
    sql`
      insert into findings (id, organisation_id, target_id, scanner, rule, subject, fingerprint, severity, rule_severity, state, decision, decided_until, decided_reason, opened_at, changed_at,
        last_asked_at, last_confirmed_at, last_scan_id, is_not_retested, told)
      select gen_random_uuid(), ${organisation}, target.id, rule.scanner, rule.id, n || '/tcp', gen_random_uuid()::text, severity, severity, state,
        case when draw % 11 = 0 then 'accepted' else 'none' end, case when draw % 11 = 0 then now() + interval '30 days' end, case when draw % 11 = 0 then 'a move is planned' end,
        opened_at, case when state = 'open' then opened_at else opened_at + (now() - opened_at) / 2 end, now(), now() - make_interval(secs => draw % 86400),
        last.scan_id, draw % 13 = 0, 'open'
      from targets target
      join compared_runs last on last.target_id = target.id and last.scanner = 'tls'
      cross join generate_series(1, ${findings}::int) as n
      cross join lateral (select abs(hashtext(target.id::text || n)) as draw) as drawn
      cross join lateral (select now() - make_interval(days => draw % 365, secs => draw % 86400) as opened_at) as began
      cross join lateral (select (array['info', 'low', 'low', 'medium', 'medium', 'high', 'critical'])[1 + draw % 7] as severity, (array['open', 'open', 'fixed', 'fixed', 'regressed'])[1 + draw % 5] as state) as stands
      join lateral (
        select scanner, id from jsonb_to_recordset(${JSON.stringify(rules.map((rule, place) => ({ ...rule, place })))}::jsonb) as rule (scanner text, id text, place integer) where place = draw % ${rules.length}::int
      ) as rule on true`,
    sql`
      insert into finding_changes (id, finding_id, organisation_id, target_id, at, kind, is_told, detail)
      select gen_random_uuid(), id, organisation_id, target_id, opened_at, 'opened', true, '{"state":"open"}'::jsonb from findings
      union all select gen_random_uuid(), id, organisation_id, target_id, changed_at, 'fixed', true, '{"state":"fixed"}' from findings where state <> 'open'
      union all select gen_random_uuid(), id, organisation_id, target_id, now() - make_interval(secs => abs(hashtext(id::text)) % 2600000), 'regressed', true, '{"state":"regressed"}' from findings where state = 'regressed'`,
    sql`
      insert into expiries (target_id, scanner, rule, subject, expires_at, began_at, issuer, soon_days, seen_at)
      select id, 'tls', 'tls/certificate-expires-soon', '443/tcp', now() + make_interval(days => abs(hashtext(id::text)) % 90), now() - interval '30 days', 'CN=Lab CA', 22, now() from targets
      union all select id, 'whois', 'whois/expires-soon', canonical, now() + make_interval(days => abs(hashtext(id::text)) % 365), null, 'A registrar', 30, now() from targets`,
    sql`
      insert into certificates (target_id, subject, address, fingerprint, organisation_id, holder, issuer, serial_number, names, name_count, not_before, not_after, key_type, renewal_days, seen_at, scan_id)
      select target.id, '443/tcp', '192.0.2.' || n, md5(target.id::text || n), ${organisation}, 'CN=' || canonical, 'CN=Lab CA', n::text, array[canonical, 'www.' || canonical], 2, now() - interval '30 days',
        now() + make_interval(days => abs(hashtext(target.id::text || n)) % 90 - 5), 'ec', 22, now(), last.scan_id
      from targets target join compared_runs last on last.target_id = target.id and last.scanner = 'tls', generate_series(1, 2) as n`,
  ])
    await statement.execute(db)
  await vacuum(db)
}
