import { beforeEach, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { fingerprintOf } from '#db/model/finding.ts'
import { newId } from '#db/model/id.ts'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { decideFindings, everyFinding, listFindings, saveFindings } from '#db/queries/findings.ts'
import type { Coverage } from '#db/model/scan.ts'
import { labTarget, makeScan, queuedRun } from '#test/support/make.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { endAcceptances } from '#workers/queue/follow-findings.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'

const { db, actor } = await useDatabase()
const calendar = await useCalendar(db, '2026-05-01T00:00:00Z')
const coverage: Coverage = { unit: 'ports', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }

beforeEach(async () => {
  await sql`truncate scans, targets cascade`.execute(db)
  await calendar.set('2026-05-01T00:00:00Z')
})

const watch = () => sql`update targets set watched_since = calendar_now()`.execute(db)

type State = 'open' | 'closed' | 'filtered'
/** A scan that saw PostgreSQL's port so at each address; a scan with nothing to tell where there is none. */
async function scan(states: Readonly<Record<string, State>> | null, { version = 1 } = {}): Promise<string> {
  const { id } = await makeScan(db, actor, { runs: [{ ...queuedRun('ports'), scannerVersion: version }] })
  await sql`update targets set watched_since = calendar_now()`.execute(db)
  const claim = (await claimScan(db, id, 60))!
  const result =
    states === null
      ? null
      : {
          addresses: Object.entries(states).map(([address, state]) => ({
            address,
            open: state === 'open' ? '5432' : '',
            closed: state === 'closed' ? '5432' : '',
            filtered: state === 'filtered' ? '5432' : '',
            services: [],
          })),
        }
  await endRun(db, claim, claim.runs[0]!, {
    status: states === null ? 'failed' : 'completed',
    reason: states === null ? 'unreachable' : null,
    coverage,
    result,
  })
  await db.transaction().execute((db) =>
    finishScan(db, claim, (error) => {
      throw error
    }),
  )
  return id
}
const findings = async () =>
  (await db.selectFrom('findings').selectAll().orderBy('rule').execute()).filter(
    ({ rule }) => rule === 'ports/database-exposed',
  )
const changes = async () => {
  const rows = await db.selectFrom('finding_changes').select(['kind', 'is_told']).orderBy('id').execute()
  return rows.map(({ kind, is_told }) => (is_told ? `${kind}!` : kind))
}

test('a finding opens, is told at the second sight, is fixed by a positive re-test, and regresses as itself', async () => {
  await scan({ '127.0.0.1': 'open' })
  const [first] = await findings()
  expect(first).toMatchObject({
    state: 'open',
    severity: 'high',
    addresses: ['127.0.0.1'],
    told: 'nothing',
    fingerprint: fingerprintOf({ rule: 'ports/database-exposed', target: '127.0.0.1', subject: '5432/tcp' }),
  })
  await calendar.set('2026-05-02T00:00:00Z')
  await scan({ '127.0.0.1': 'open' })
  await calendar.set('2026-05-03T00:00:00Z')
  await scan({ '127.0.0.1': 'closed' })
  await scan({ '127.0.0.1': 'closed' })
  await calendar.set('2026-05-04T00:00:00Z')
  await scan({ '127.0.0.1': 'open' })
  await scan({ '127.0.0.1': 'open' })
  const [last] = await findings()
  expect(last!.id).toBe(first!.id)
  expect(last).toMatchObject({
    state: 'regressed',
    changed_at: new Date('2026-05-04'),
    opened_at: new Date('2026-05-01'),
  })
  expect(await changes()).toEqual(['opened', 'confirmed!', 'fixed', 'confirmed!', 'regressed', 'confirmed!'])
})

test('silence, an address that was not asked, and a scan that failed fix nothing', async () => {
  await scan({ '127.0.0.1': 'open', '127.0.0.2': 'open' })
  const before = await findings()
  await calendar.set('2026-05-02T00:00:00Z')
  await scan({ '127.0.0.1': 'filtered', '127.0.0.2': 'filtered' })
  await scan(null)
  expect(await findings()).toEqual(before.map((one) => ({ ...one, is_not_retested: true })))
  await scan({ '127.0.0.1': 'closed' })
  expect(await findings()).toMatchObject([
    { state: 'open', addresses: ['127.0.0.2'], last_confirmed_at: new Date('2026-05-01') },
  ])
  await scan({ '127.0.0.2': 'closed' })
  expect(await findings()).toMatchObject([{ state: 'fixed', last_asked_at: new Date('2026-05-02') }])
})

test('a host that nobody watches has observations, and no findings with a life', async () => {
  const { id } = await makeScan(db, actor, { runs: [queuedRun('ports')] })
  const claim = (await claimScan(db, id, 60))!
  const result = { addresses: [{ address: '127.0.0.1', open: '5432', closed: '', filtered: '', services: [] }] }
  await endRun(db, claim, claim.runs[0]!, { status: 'completed', reason: null, coverage, result })
  await db.transaction().execute((db) => finishScan(db, claim, () => {}))
  expect(await findings()).toEqual([])
  await watch()
})

test('an earlier scan that ends after a later one changes nothing', async () => {
  const { id } = await makeScan(db, actor, { runs: [queuedRun('ports')] })
  const early = (await claimScan(db, id, 60))!
  await scan({ '127.0.0.1': 'closed' })
  const result = { addresses: [{ address: '127.0.0.1', open: '5432', closed: '', filtered: '', services: [] }] }
  await endRun(db, early, early.runs[0]!, { status: 'completed', reason: null, coverage, result })
  await db.transaction().execute((db) => finishScan(db, early, () => {}))
  expect(await findings()).toEqual([])
})

test('a scan that failed leaves what stood before not tested again, and hides no new version', async () => {
  await scan({ '127.0.0.1': 'open' })
  const retest = async () =>
    (
      await listFindings(
        db,
        { organisationId: actor.organisationId, targetTags: null },
        {
          ...everyFinding,
          limit: 10,
          sort: 'urgency',
          after: null,
          states: null,
          decision: null,
          severities: null,
          scanner: null,
          isRetested: null,
        },
      )
    ).map(({ isNotRetested }) => isNotRetested)
  expect(await retest()).toEqual([false])
  await scan(null, { version: 2 })
  expect(await retest()).toEqual([true])
  await scan({ '127.0.0.1': 'closed' }, { version: 2 })
  expect(await changes()).toEqual(['opened', 'recalibrated'])
})

test('a new version of a scanner sets states anew and tells nobody', async () => {
  await scan({ '127.0.0.1': 'closed' })
  await scan({ '127.0.0.1': 'filtered' }, { version: 2 })
  await scan({ '127.0.0.1': 'open' }, { version: 2 })
  expect(await changes()).toEqual(['recalibrated'])
  await scan({ '127.0.0.1': 'open' }, { version: 2 })
  expect(await changes()).toEqual(['recalibrated'])
})

describe('what people decided', () => {
  const by = { kind: 'user', id: newId() }
  test('keeps quiet until its date, and is told again then where it is still there', async () => {
    await scan({ '127.0.0.1': 'open' })
    const id = (await findings())[0]!.id
    const decision = { decision: 'accepted', until: new Date('2026-06-01'), reason: 'a move is planned', by } as const
    const reach = { organisationId: actor.organisationId, targetTags: null }
    expect(await decideFindings(db, reach, [id], decision)).toEqual([
      { id, decision: 'none', until: null, reason: null },
    ])
    await scan({ '127.0.0.1': 'open' })
    expect(await changes()).toEqual(['opened', 'confirmed'])
    await endAcceptances(db)
    expect(await findings()).toMatchObject([{ decision: 'accepted' }])
    await calendar.set('2026-06-01T00:00:01Z')
    await endAcceptances(db)
    await endAcceptances(db)
    expect(await findings()).toMatchObject([{ decision: 'none', decided_reason: null }])
    expect(await changes()).toEqual(['opened', 'confirmed', 'reopened!'])
  })
  test('is of one organisation', async () => {
    await scan({ '127.0.0.1': 'open' })
    const id = (await findings())[0]!.id
    expect(
      await decideFindings(db, { organisationId: newId(), targetTags: null }, [id], {
        decision: 'false-positive',
        until: null,
        reason: null,
        by,
      }),
    ).toEqual([])
    expect(await findings()).toMatchObject([{ decision: 'none' }])
  })
})

test('two scans of one target that end at once open one finding', async () => {
  const ids = await Promise.all([
    scan({ '127.0.0.1': 'open' }),
    scan({ '127.0.0.1': 'open' }),
    scan({ '127.0.0.1': 'open' }),
  ])
  expect(ids).toHaveLength(3)
  expect(await findings()).toHaveLength(1)
  expect((await changes()).filter((kind) => kind.startsWith('opened'))).toHaveLength(1)
  expect(labTarget.canonical).toBe('127.0.0.1')
})

describe('an address that the name no longer has', () => {
  const name = { kind: 'name', canonical: 'shop.test', display: 'shop.test' } as const
  const dnsResult = (addresses: readonly string[] | null) => ({
    name: 'shop.test',
    organisationalDomain: 'shop.test',
    zone: 'shop.test',
    zoneReason: null,
    answers: [],
    aliases: { chain: [], end: 'NOERROR', reason: null, isLoop: false },
    nameServers: null,
    hostAddresses: { addresses, reason: addresses === null ? 'name-server-silent' : null },
    caa: null,
    mail: [],
  })
  const portsResult = (open: readonly string[]) => ({
    addresses: open.map((address) => ({ address, open: '5432', closed: '', filtered: '', services: [] })),
  })
  /** A scan in which the ports are seen open at these addresses, and the zone's servers give those; null where a scanner did not run, or could not tell. */
  async function look(open: readonly string[] | null, given: readonly string[] | null | 'not-asked'): Promise<void> {
    await calendar.set(new Date(Date.parse('2026-05-01T00:00:00Z') + day++ * 86_400_000).toISOString())
    const results = {
      ...(open === null ? {} : { ports: portsResult(open) }),
      ...(given === 'not-asked' ? {} : { dns: dnsResult(given) }),
    }
    const runs = Object.keys(results).map((scanner) => ({
      ...queuedRun(scanner),
      scannerVersion: scanner === 'dns' ? 2 : 1,
    }))
    const { id } = await makeScan(db, actor, { target: name, runs })
    await watch()
    const claim = (await claimScan(db, id, 60))!
    for (const run of claim.runs)
      await endRun(db, claim, run, {
        status: 'completed',
        reason: null,
        coverage,
        result: results[run.scanner as 'dns'] ?? null,
      })
    await db.transaction().execute((db) =>
      finishScan(db, claim, (error) => {
        throw error
      }),
    )
  }
  let day = 0
  const stands = async () => (await findings()).map(({ state, addresses }) => `${state} ${addresses.join(' ')}`)
  beforeEach(() => {
    day = 0
  })

  test('ends what was seen there, once two scans in a row heard so of all servers, and people are told why', async () => {
    await look(['192.0.2.1'], ['192.0.2.1'])
    await look(['192.0.2.1'], ['192.0.2.1'])
    await look(null, ['192.0.2.2'])
    expect(await stands()).toEqual(['open 192.0.2.1'])
    await look(null, ['192.0.2.2'])
    expect(await stands()).toEqual(['fixed 192.0.2.1'])
    const alert = await db.selectFrom('alerts').select('changes').orderBy('at', 'desc').executeTakeFirstOrThrow()
    expect(alert.changes).toMatchObject([{ kind: 'fixed', state: 'fixed', reason: 'address-gone' }])
    await look(['192.0.2.1'], ['192.0.2.1'])
    expect(await stands()).toEqual(['regressed 192.0.2.1'])
  })

  test('leaves what was seen elsewhere as it stands, tested or not', async () => {
    await look(['192.0.2.1', '192.0.2.2'], ['192.0.2.1', '192.0.2.2'])
    const [before] = await findings()
    await look(null, ['192.0.2.2'])
    await look(null, ['192.0.2.2'])
    expect(await findings()).toMatchObject([
      {
        state: 'open',
        addresses: ['192.0.2.2'],
        last_scan_id: before!.last_scan_id,
        last_confirmed_at: before!.last_confirmed_at,
      },
    ])
  })

  test('is not believed gone where a server was silent in between, or the address still answers', async () => {
    await look(['192.0.2.1'], ['192.0.2.1'])
    await look(null, ['192.0.2.2'])
    await look(null, null)
    await look(null, ['192.0.2.2'])
    await look(null, 'not-asked')
    expect(await stands()).toEqual(['open 192.0.2.1'])
    await look(['192.0.2.1'], ['192.0.2.2'])
    expect(await stands()).toEqual(['open 192.0.2.1'])
  })

  test('says nothing about what the DNS scanner saw at name servers', async () => {
    await look(null, ['192.0.2.1'])
    const { id: targetId, organisation_id: organisationId } = await db
      .selectFrom('targets')
      .selectAll()
      .executeTakeFirstOrThrow()
    const lame = {
      rule: 'dns/name-server-lame',
      subject: 'ns1.shop.test',
      state: 'open',
      addresses: ['192.0.2.53'],
    } as const
    await saveFindings(
      db,
      {
        target: { id: targetId, organisationId, canonical: 'shop.test' },
        scanId: null,
        now: new Date(),
      },
      [
        {
          ...lame,
          scanner: 'dns',
          scannerVersion: 2,
          id: newId(),
          fingerprint: 'f',
          severity: 'medium',
          streak: 1,
          told: 'open',
          isConfirmed: true,
          evidence: null,
        },
      ],
    )
    await look(null, ['192.0.2.1'])
    const stored = await db
      .selectFrom('findings')
      .select(['state', 'addresses'])
      .where('scanner', '=', 'dns')
      .where('rule', '=', lame.rule)
      .execute()
    expect(stored).toEqual([{ state: 'open', addresses: ['192.0.2.53'] }])
  })
})

test('a service that gave itself away at an unusual port is fixed once that port is closed or speaks otherwise, and not while it is silent', async () => {
  await sql`truncate scans, targets cascade`.execute(db)
  const ftp = { port: 2121, service: 'ftp', guessedFrom: 'banner', banner: '220 FTP ready' }
  async function look(seen: { open?: string; closed?: string; filtered?: string; services?: object[] }) {
    const { id } = await makeScan(db, actor, { runs: [queuedRun('ports')] })
    await watch()
    const claim = (await claimScan(db, id, 60))!
    const address = { address: '127.0.0.1', open: '', closed: '', filtered: '', services: [], ...seen }
    const result = { addresses: [address] }
    await endRun(db, claim, claim.runs[0]!, { status: 'completed', reason: null, coverage, result })
    await db.transaction().execute((db) =>
      finishScan(db, claim, (error) => {
        throw error
      }),
    )
  }
  const state = async () => {
    const rows = await db.selectFrom('findings').select('state').where('subject', '=', '2121/tcp').execute()
    return rows.map(({ state }) => state)
  }
  await look({ open: '2121', services: [ftp] })
  expect(await state()).toEqual(['open'])
  await look({ filtered: '2121' })
  await look({ open: '2121', services: [] })
  await look({ open: '22' })
  expect(await state()).toEqual(['open'])
  await look({ closed: '2121' })
  expect(await state()).toEqual(['fixed'])
  await look({ open: '2121', services: [ftp] })
  expect(await state()).toEqual(['regressed'])
  await look({ open: '2121', services: [{ port: 2121, service: 'ssh', guessedFrom: 'banner', banner: 'SSH-2.0-x' }] })
  expect(await state()).toEqual(['fixed'])
})
