import { sql } from 'kysely'
import type { Db } from '#db/connect.ts'
import { newId } from '#db/model/id.ts'
import { instanceFacts } from '#db/queries/facts.ts'
import { countScans, listFailures, listJobs, matching, type ScanFilter } from '#db/queries/everybodys-scans.ts'
import { queueStandings } from '#db/queries/rates.ts'
import { countHours } from '#db/queries/scan-counts.ts'
import { listWorkers } from '#db/queries/workers.ts'
import { makeActor, makeScan } from '#test/support/make.ts'
import { medianOf } from './instance.ts'
import { openStore, vacuum } from './store.ts'

const scans = 1_000_000
const targets = 100_000
const organisations = 100
/** One of so many failed. */
const failedOneIn = 50

/** What the queue room asks, at a million scans of a hundred organisations over 12 days, two in a hundred of which failed. */
export async function bench(): Promise<void> {
  const store = await openStore()
  const { db } = store
  const actor = await makeActor(db)
  const { id } = await makeScan(db, actor)
  await fill(db, id)
  const look = (filter: ScanFilter) => async () => {
    const matches = await matching(db, { filter })
    await Promise.all([listJobs(db, matches, { limit: 51, after: null }), countScans(db, matches)])
  }
  const [some] = await listJobs(db, await matching(db, { filter: { status: 'failed' } }), { limit: 1, after: null })
  const { failures } = await listFailures(db, 24)
  const asks = {
    all: look({}),
    failed: look({ status: 'failed' }),
    completed: look({ status: 'completed' }),
    queued: look({ status: 'queued' }),
    'by reason': look({ reason: 'unreachable' }),
    'by a reason nobody has': look({ reason: 'none' }),
    'by target': look({ target: 'h4711.' }),
    'by organisation': look({ organisationId: some!.organisationId }),
    'by organisation and failed': look({ organisationId: some!.organisationId, status: 'failed' }),
    'by account': look({ account: newId() }),
    'by request': look({ requestId: 'none' }),
    'by error': look({ error: 'answered 429' }),
    'by cause': look({ cause: failures[0]!.cause }),
    'failed within a day, not retried': look({ failedHours: 24, retry: 'none' }),
    'retried, and told since': look({ retry: 'told' }),
    'by lane and failed': look({ lane: 2, status: 'failed' }),
    'retry by cause': async () =>
      countScans(db, await matching(db, { act: 'retry', filter: { cause: failures[0]!.cause } })),
    failures: () => listFailures(db, 24),
    queues: () => queueStandings(db),
    facts: () => instanceFacts(db),
    workers: () => listWorkers(db),
    'count the hours': () => countHours(db),
  }
  for (const [name, ask] of Object.entries(asks)) {
    const millis: number[] = []
    for (let i = 0; i < 21; i++) {
      const began = performance.now()
      await ask()
      millis.push(performance.now() - began)
    }
    const reads = await store.scannedBy(ask)
    console.log(`${name.padEnd(28)} ${medianOf(millis).toFixed(1).padStart(8)} ms   ${reads.join(' ')}`)
    if (reads.includes('scans') || reads.includes('scan_runs')) throw new Error(`${name} reads all scans`)
  }
  await store.stop()
}

async function fill(db: Db, like: string): Promise<void> {
  await sql`insert into organisations (id, name) select gen_random_uuid(), 'o' || n from generate_series(1, ${organisations}) as n`.execute(
    db,
  )
  await sql`
    insert into targets (id, organisation_id, kind, canonical, display)
    select gen_random_uuid(), (array(select id from organisations order by name))[1 + n % ${organisations}], 'name', 'h' || n || '.example.org', 'h' || n || '.example.org'
    from generate_series(1, ${targets}) as n`.execute(db)
  await sql`
    with known as (select array_agg(id) as ids, array_agg(organisation_id) as owners from targets)
    insert into scans (id, organisation_id, target_id, requested_by, status, reason, lane, deadline, created_at, started_at, finished_at)
    select gen_random_uuid(), owners[1 + n % ${targets}], ids[1 + n % ${targets}], gen_random_uuid(),
      case when n % ${failedOneIn} = 0 then 'failed' else 'completed' end, case when n % ${failedOneIn} = 0 then 'unreachable' end, n % 3,
      now(), now() - make_interval(secs => n), now() - make_interval(secs => n), now() - make_interval(secs => n)
    from known, generate_series(1, ${scans}) as n, scans first where first.id = ${like}::uuid`.execute(db)
  await sql`
    insert into scan_runs (id, scan_id, scanner, scanner_version, options, status, reason, detail, finished_at)
    select gen_random_uuid(), scan.id, 'whois', 1, '{}', scan.status, scan.reason,
      case when scan.status = 'failed' then target.canonical || ' at 192.0.2.' || (random() * 200)::integer || ':43 answered ' || (array[429, 500, 503])[1 + (random() * 2)::integer] end,
      scan.finished_at
    from scans scan join targets target on target.id = scan.target_id where scan.status <> 'queued'`.execute(db)
  await sql`
    update scan_runs run set cause = failure_cause(scanner, run.status, run.reason, failure_words(detail, target.canonical))
    from scans scan join targets target on target.id = scan.target_id where scan.id = run.scan_id and run.status = 'failed'`.execute(
    db,
  )
  // A tenth of what failed was retried.
  await sql`
    with act as (insert into acts (id, act, by_kind, by_id, outcome) values (gen_random_uuid(), 'retry', 'user', gen_random_uuid(), '{}') returning id)
    insert into act_scans (act_id, scan_id, outcome, made_id)
    select act.id, failed.id, 'done', made.id from act,
      (select id, row_number() over () as n from scans where status = 'failed' limit ${scans / failedOneIn / 10}) failed
      join (select id, row_number() over () as n from scans where status = 'completed' limit ${scans / failedOneIn / 10}) made using (n)`.execute(
    db,
  )
  await vacuum(db)
}
