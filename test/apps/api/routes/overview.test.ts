import { expect, test } from 'vitest'
import { newId } from '#db/model/id.ts'
import { noteExpiries } from '#db/queries/expiries.ts'
import { useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'

const { db, api } = await useApi()

interface Overview {
  since: string | null
  changes: { kind: string; findings: number; worst: string }[]
  open: { severity: string; findings: number; notRetested: number }[]
  untold: { checks: number }[]
  targets: { watched: number }
}
interface Trends {
  days: {
    day: string
    opened: number
    fixed: number
    open: number
  }[]
}

/** A finding of a target, and what happened to it so many days ago. */
async function finding(
  target: { id: string; organisationId: string },
  severity: 'high' | 'low',
  changes: Record<string, number>,
) {
  const id = newId()
  const kinds = Object.keys(changes)
  const state = kinds.at(-1) === 'fixed' ? 'fixed' : kinds.at(-1) === 'regressed' ? 'regressed' : 'open'
  await db
    .insertInto('findings')
    .values({
      id,
      organisation_id: target.organisationId,
      target_id: target.id,
      scanner: 'ports',
      rule: 'ports/database-exposed',
      subject: `${id}/tcp`,
      fingerprint: id,
      severity,
      rule_severity: severity,
      evidence: null,
      state,
      opened_at: new Date(),
      changed_at: new Date(),
      last_asked_at: new Date(),
    })
    .execute()
  for (const [kind, daysAgo] of Object.entries(changes))
    await db
      .insertInto('finding_changes')
      .values({
        id: newId(),
        finding_id: id,
        organisation_id: target.organisationId,
        target_id: target.id,
        at: new Date(Date.now() - daysAgo * 86_400_000),
        kind: kind as 'opened',
        is_told: true,
        detail: null,
      })
      .execute()
}

async function watching() {
  const ada = await makePerson(api, { organisationId: null })
  const made = (await (await ada.send('POST', '/v1/targets', { target: `${newId()}.example.org` })).json()) as {
    id: string
  }
  return { ada, target: { id: made.id, organisationId: ada.organisationId } }
}
const read = async <Document>(person: { send: typeof api.send }, path: string): Promise<Document> =>
  (await (await person.send('GET', path)).json()) as Document

test('what changed is counted from when one last looked, and what stands open is not', async () => {
  const { ada, target } = await watching()
  await finding(target, 'high', { opened: 3 })
  await finding(target, 'low', { opened: 9, fixed: 2 })
  const first = await read<Overview>(ada, '/v1/overview')
  expect(first.since).toBeNull()
  expect(first.changes.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
    { kind: 'fixed', findings: 1, worst: 'low' },
    { kind: 'opened', findings: 2, worst: 'high' },
  ])
  expect((await ada.send('POST', '/v1/me/looked')).status).toBe(204)
  const second = await read<Overview>(ada, '/v1/overview')
  expect(second.since).not.toBeNull()
  expect(second.changes).toEqual([])
  expect(second.open).toEqual([{ severity: 'high', findings: 1, notRetested: 0 }])
  expect(second.targets.watched).toBe(1)
  const asked = await read<Overview>(ada, `/v1/overview?since=${new Date(Date.now() - 5 * 86_400_000).toISOString()}`)
  expect(asked.changes.find(({ kind }) => kind === 'opened')?.findings).toBe(1)
})

test('the days add up to what is open now, and another organisation sees none of it', async () => {
  const { ada, target } = await watching()
  await finding(target, 'high', { opened: 3 })
  await finding(target, 'low', { opened: 3, fixed: 1 })
  const { days } = await read<Trends>(ada, '/v1/trends?days=5')
  expect(days).toHaveLength(5)
  expect(days.map(({ open }) => open)).toEqual([0, 2, 2, 1, 1])
  expect(days.reduce((sum, { opened }) => sum + opened, 0)).toBe(2)
  const grace = await makePerson(api, { organisationId: null })
  const theirs = await read<Trends>(grace, '/v1/trends?days=5')
  expect(theirs.days.every(({ opened, fixed, open }) => opened + fixed + open === 0)).toBe(true)
  expect((await read<Overview>(grace, '/v1/overview')).changes).toEqual([])
})

test('what was judged anew moves what is open, and is neither opened nor fixed', async () => {
  const { ada, target } = await watching()
  await finding(target, 'high', { opened: 4, fixed: 3, regressed: 1 })
  await finding(target, 'low', { recalibrated: 2 })
  const { days } = await read<Trends>(ada, '/v1/trends?days=5')
  expect(days.map(({ opened }) => opened)).toEqual([1, 0, 0, 1, 0])
  expect(days.map(({ open }) => open)).toEqual([1, 0, 1, 2, 2])
})

test('every number of what changed is the list of findings to which it happened', async () => {
  const { ada, target } = await watching()
  await finding(target, 'high', { opened: 9, fixed: 1 })
  await finding(target, 'low', { opened: 2, fixed: 1 })
  const since = new Date(Date.now() - 5 * 86_400_000).toISOString()
  const { changes } = await read<Overview>(ada, `/v1/overview?since=${since}`)
  for (const { kind, findings } of changes) {
    const query = `${kind}Since=${since}`
    const list = await read<{ findings: object[] }>(ada, `/v1/findings?${query}`)
    const counts = await read<{ total: number }>(ada, `/v1/findings/counts?${query}`)
    expect([kind, list.findings.length, counts.total]).toEqual([kind, findings, findings])
  }
  expect(changes).toHaveLength(2)
})

test('of each place the end that was shown last is listed, the first to end first, page by page', async () => {
  const { ada, target } = await watching()
  const seen = (subject: string, at: string, beganAt: string | null = null) => ({
    subject,
    at,
    beganAt,
    issuer: 'Lab CA',
    soonDays: 30,
    rule: 'tls/certificate-expires-soon',
  })
  const day = 86_400_000
  const note = (daysAgo: number, expiries: Parameters<typeof noteExpiries>[2]) =>
    noteExpiries(db, { targetId: target.id, scanner: 'tls', now: new Date(Date.now() - daysAgo * day) }, expiries)
  await note(9, [seen('443/tcp', '2027-01-01T00:00:00Z')])
  await note(2, [
    seen('443/tcp', '2027-03-01T00:00:00Z', '2026-12-01T00:00:00Z'),
    seen('8443/tcp', '2027-02-01T00:00:00Z'),
  ])
  interface Page {
    expiries: { subject: string; expiresAt: string; beganAt: string | null; issuer: string }[]
    next: string | null
  }
  const all = await read<Page>(ada, '/v1/expiries')
  expect(all.expiries.map(({ subject, expiresAt }) => `${subject} ${expiresAt.slice(0, 10)}`)).toEqual([
    '8443/tcp 2027-02-01',
    '443/tcp 2027-03-01',
  ])
  expect(all.expiries[1]).toMatchObject({ beganAt: '2026-12-01T00:00:00.000Z', issuer: 'Lab CA' })
  const first = await read<Page>(ada, '/v1/expiries?limit=1')
  const second = await read<Page>(ada, `/v1/expiries?limit=1&cursor=${first.next}`)
  expect([...first.expiries, ...second.expiries]).toEqual(all.expiries)
  expect(second.next).toBeNull()
  expect((await read<Page>(ada, '/v1/expiries?of=registrations')).expiries).toEqual([])
  const grace = await makePerson(api, { organisationId: null })
  expect((await read<Page>(grace, '/v1/expiries')).expiries).toEqual([])
})
