import { beforeEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import type { Coverage } from '#db/model/scan.ts'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { makeScan, queuedRun } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { remind } from '#workers/queue/alerts/remind.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'

const { db, actor } = await useDatabase()
const calendar = await useCalendar(db, '2026-05-01T00:00:00Z')
const coverage: Coverage = { unit: 'queries', asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }
const target = { kind: 'name', canonical: 'shop.example', display: 'shop.example' } as const

beforeEach(async () => {
  await sql`truncate scans, targets cascade`.execute(db)
  await calendar.set('2026-05-01T00:00:00Z')
})

/** A scan to which the registry said that the domain ends then; null where it said nothing. */
async function scan(expiresAt: string | null): Promise<void> {
  const { id } = await makeScan(db, actor, { target, runs: [queuedRun('whois')] })
  await sql`update targets set watched_since = calendar_now()`.execute(db)
  const claim = (await claimScan(db, id, 60))!
  const result = {
    domain: 'shop.example',
    outcome: 'registered',
    source: 'rdap',
    bootstrap: null,
    servers: [],
    registrar: null,
    createdAt: null,
    updatedAt: null,
    expiresAt,
    statuses: null,
    otherStatuses: [],
    nameServers: null,
    dnssec: null,
    unknown: [],
  }
  const ending =
    expiresAt === null
      ? { status: 'inconclusive', reason: 'timed-out', result: null }
      : { status: 'completed', reason: null, result }
  await endRun(db, claim, claim.runs[0]!, { coverage, ...ending } as Parameters<typeof endRun>[3])
  await db.transaction().execute((db) =>
    finishScan(db, claim, (error) => {
      throw error
    }),
  )
}
/** Days before the end of which people are told, as the days go by. */
async function told(days: readonly string[]): Promise<(number | null)[]> {
  const seen: (number | null)[] = []
  for (const day of days) {
    await calendar.set(`${day}T12:00:00Z`)
    const before = await count()
    await Promise.all([remind(db), remind(db)])
    await remind(db)
    const rows = await db.selectFrom('alerts').select('changes').orderBy('id', 'desc').execute()
    expect(rows.length - before).toBeLessThanOrEqual(1)
    seen.push(rows.length > before ? Number(rows[0]!.changes[0]!.evidence!['daysLeft']) : null)
  }
  return seen
}
const count = async () => (await db.selectFrom('alerts').select('id').execute()).length

test('people are reminded once at 30, 14, 7, 3 and 1 days, and of what was not reminded in time once at the day it is', async () => {
  await scan('2026-06-10')
  expect(
    await told([
      '2026-05-10',
      '2026-05-11',
      '2026-05-12',
      '2026-05-27',
      '2026-05-28',
      '2026-06-03',
      '2026-06-07',
      '2026-06-09',
      '2026-06-10',
      '2026-06-11',
    ]),
  ).toEqual([null, 30, null, 14, null, 7, 3, 1, null, null])
  await sql`truncate alerts, expiries cascade`.execute(db)
  await calendar.set('2026-06-05T00:00:00Z')
  await scan('2026-06-10')
  expect(await told(['2026-06-05', '2026-06-06', '2026-06-07'])).toEqual([5, null, 3])
})

test('what was renewed is silent, and so is what nobody watches any more', async () => {
  await scan('2026-06-10')
  expect(await told(['2026-05-11'])).toEqual([30])
  await scan('2027-06-10')
  expect(await told(['2026-05-27', '2026-06-03', '2026-06-09'])).toEqual([null, null, null])
  await sql`update targets set watched_since = null`.execute(db)
  expect(await told(['2027-05-20'])).toEqual([null])
})

test('a registry that says nothing for a while takes no reminder away', async () => {
  await scan('2026-06-10')
  await scan(null)
  expect(await told(['2026-05-11'])).toEqual([30])
})

test('the finding of what ends soon is kept, and told by reminders alone', async () => {
  await calendar.set('2026-06-01T00:00:00Z')
  await scan('2026-06-10')
  const findings = await db
    .selectFrom('findings')
    .select(['rule', 'state', 'told'])
    .where('rule', '=', 'whois/expires-soon')
    .execute()
  expect(findings).toEqual([{ rule: 'whois/expires-soon', state: 'open', told: 'open' }])
  expect(
    (await db.selectFrom('alerts').select('changes').execute())
      .flatMap(({ changes }) => changes)
      .filter(({ rule }) => rule === 'whois/expires-soon'),
  ).toEqual([])
  expect(await told(['2026-06-02'])).toEqual([8])
})
