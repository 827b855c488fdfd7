import { beforeEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import type { Coverage } from '#db/model/scan.ts'
import { parseTarget } from '#db/model/target.ts'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { makeScan, queuedRun } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { linesOf, subjectOf } from '#workers/documents/alert.ts'
import { tellOutages } from '#workers/queue/alerts/tell-outages.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'

const { db, actor } = await useDatabase()
const calendar = await useCalendar(db, '2026-05-01T00:00:00Z')

beforeEach(async () => {
  await sql`truncate scans, targets, alerts, outages cascade`.execute(db)
  await calendar.set('2026-05-01T00:00:00Z')
})

const coverage = (answered: number): Coverage => ({
  unit: 'asks',
  asked: 1,
  answered,
  silent: 1 - answered,
  unanswered: [],
  leftOut: [],
})
const endings = {
  answered: { status: 'completed', reason: null, coverage: coverage(1) },
  silent: { status: 'inconclusive', reason: 'no-answer', coverage: coverage(0) },
  unresolved: { status: 'failed', reason: 'resolver-failed', coverage: null },
} as const

/** A scan of this host, in which its scanners ended so. */
async function scan(host: string, runs: Readonly<Record<string, keyof typeof endings>>): Promise<void> {
  const { id } = await makeScan(db, actor, {
    target: parseTarget(host),
    runs: Object.keys(runs).map((name) => queuedRun(name)),
  })
  await sql`update targets set watched_since = calendar_now() where watched_since is null`.execute(db)
  const claim = (await claimScan(db, id, 60))!
  for (const run of claim.runs) await endRun(db, claim, run, { ...endings[runs[run.scanner]!], result: null })
  await db.transaction().execute((db) =>
    finishScan(db, claim, (error) => {
      throw error
    }),
  )
}
const twice = async (...given: Parameters<typeof scan>) => {
  await scan(...given)
  await scan(...given)
}
const tell = (isNetworkUp: boolean | null = true) => tellOutages(db, async () => isNetworkUp)
/** What was told since it was last asked: its subject and its lines, as one message has them. */
async function told(): Promise<{ subject: string; lines: string[] } | null> {
  const rows = await db
    .selectFrom('alerts as alert')
    .innerJoin('targets as target', 'target.id', 'alert.target_id')
    .select(['alert.id', 'alert.at', 'alert.severity', 'alert.changes', 'alert.scan_id as scanId'])
    .select(['target.id as targetId', 'target.canonical', 'target.display'])
    .orderBy('target.canonical')
    .execute()
  await db.deleteFrom('alerts').execute()
  return rows.length === 0 ? null : { subject: subjectOf(rows), lines: linesOf(rows) }
}

test('a host that falls silent is told once, at the second scan, and once that it answers again', async () => {
  await scan('127.0.0.1', { ports: 'answered' })
  await scan('127.0.0.1', { ports: 'silent' })
  await tell()
  expect(await told()).toBeNull()
  await scan('127.0.0.1', { ports: 'silent' })
  await Promise.all([tell(), tell()])
  expect(await told()).toEqual({
    subject: '127.0.0.1: silent: The host gives no answer',
    lines: [
      'Silent, medium: The host gives no answer, since 2026-05-01T00:00:00.000Z (127.0.0.1). Look whether it runs, and whether something lets our packets through no longer.',
    ],
  })
  await scan('127.0.0.1', { ports: 'silent' })
  await tell()
  expect(await told()).toBeNull()
  await calendar.set('2026-05-01T02:00:00Z')
  await scan('127.0.0.1', { ports: 'answered' })
  await Promise.all([tell(), tell()])
  expect((await told())?.lines).toEqual([
    'Answers again: The host gives no answer; that was so from 2026-05-01T00:00:00.000Z to 2026-05-01T02:00:00.000Z (127.0.0.1).',
  ])
})

test('a resolver that fails is one cause for all targets, and whoever is found silent later is not told again', async () => {
  for (const host of ['a.example.org', 'b.example.org']) await twice(host, { ports: 'unresolved', tls: 'unresolved' })
  await tell()
  const message = await told()
  expect(message?.subject).toBe('2 targets: silent: No resolver answers')
  expect(message?.lines).toHaveLength(1)
  expect(message?.lines[0]).toContain('(a.example.org, b.example.org)')
  await twice('c.example.org', { ports: 'unresolved' })
  await tell()
  expect(await told()).toBeNull()
  await scan('a.example.org', { ports: 'answered' })
  await tell()
  expect((await told())?.subject).toBe('2 targets: answers again: No resolver answers')
})

test('a silent registry is told by its domain, and not as a silence of the hosts', async () => {
  for (const host of ['a.example.org', 'b.example.org', 'c.example.net'])
    await twice(host, { ports: 'answered', whois: 'silent' })
  await tell()
  expect((await told())?.lines.map((line) => line.split(', since')[0])).toEqual([
    'Silent, low: The registry gives no answer of .org',
    'Silent, low: The registry gives no answer of .net',
  ])
})

test('where the canary does not answer, it is our own network, whatever is silent', async () => {
  await twice('127.0.0.1', { ports: 'silent' })
  await twice('a.example.org', { ports: 'unresolved', whois: 'silent' })
  await tell(false)
  expect((await told())?.subject).toBe('2 targets: silent: Our own network is cut off')
  await scan('127.0.0.1', { ports: 'answered' })
  await tell(true)
  expect((await told())?.subject).toBe('2 targets: answers again: Our own network is cut off')
  await twice('a.example.org', { ports: 'unresolved' })
  await tell(true)
  expect((await told())?.subject).toBe('a.example.org: silent: No resolver answers')
})

test('without a canary it is our network where many are silent and none has answered since', async () => {
  const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
  for (const host of hosts) await twice(host, { ports: 'silent' })
  await tell(null)
  expect((await told())?.subject).toBe('3 targets: silent: Our own network is cut off')
  await sql`truncate scans, targets, outages cascade`.execute(db)
  for (const host of hosts) await twice(host, { ports: 'silent' })
  await scan('127.0.0.4', { ports: 'answered' })
  await tell(null)
  expect((await told())?.subject).toBe('3 targets: silent: The host gives no answer')
})

test('of a target that nobody watches any more nothing is told', async () => {
  await twice('127.0.0.1', { ports: 'silent' })
  await sql`update targets set archived_at = now()`.execute(db)
  await tell()
  expect(await told()).toBeNull()
})
