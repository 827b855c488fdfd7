import { beforeEach, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { findingChange, keptFinding, timelineEntry } from '#apps/api/documents/finding.ts'
import type { remedyDocument } from '#apps/api/routes/findings/risk.ts'
import type { diffDocument } from '#apps/api/routes/findings/diff.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { makeScan } from '#test/support/make.ts'
import { endedPortScan } from '#test/support/port-scan.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'

const { db, api } = await useApi()
const calendar = await useCalendar(db, '2026-05-01T00:00:00Z')
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!

type Finding = z.output<typeof keptFinding>
type Whole = Finding & { history: z.output<typeof findingChange>[] }
type Entry = z.output<typeof timelineEntry>
type Diff = z.output<typeof diffDocument>

beforeEach(async () => {
  await sql`truncate scans, targets cascade`.execute(db)
  await calendar.set('2026-05-01T00:00:00Z')
})

const addressTarget = (address: string) => ({ kind: 'address', canonical: address, display: address }) as const

/** A scan that found these ports so. */
async function scan(open: string, closed = '', { address = '127.0.0.1', filtered = '' } = {}): Promise<string> {
  await api.send('POST', '/v1/targets', { target: address })
  return endedPortScan(db, actor, { address, open, closed, filtered })
}
const get = async <Body>(path: string) => (await (await api.send('GET', path)).json()) as Body
const list = async (query = '') => get<{ findings: Finding[]; next: string | null }>(`/v1/findings${query}`)
const whole = (id: string) => get<Whole>(`/v1/findings/${id}`)

test('findings come the most urgent first, page by page, and each says since when and how it stands', async () => {
  await scan('23,5432')
  await calendar.set('2026-05-02T00:00:00Z')
  await scan('3306', '', { address: '127.0.0.2' })
  const { findings, next } = await list()
  expect(next).toBeNull()
  expect(findings.map(({ rule, subject }) => [rule, subject])).toEqual([
    ['ports/database-exposed', '3306/tcp'],
    ['ports/database-exposed', '5432/tcp'],
    ['ports/cleartext-protocol', '23/tcp'],
  ])
  expect(findings[1]).toMatchObject({
    title: 'A database can be reached',
    severity: 'high',
    state: 'open',
    retest: 'confirmed',
    addresses: ['127.0.0.1'],
    target: { canonical: '127.0.0.1' },
    openedAt: '2026-05-01T00:00:00.000Z',
    decision: 'none',
  })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { findings: Finding[]; next: string | null } = await list(`?limit=1${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.findings.map(({ id }) => id))
    cursor = page.next
  }
  expect(seen).toEqual(findings.map(({ id }) => id))
  const changed = await list('?sort=changed&limit=2')
  expect((await list(`?sort=changed&limit=2&cursor=${changed.next}`)).findings).toHaveLength(1)
})

test('they can be asked for by state, severity, target, rule, text, tag and whether they were tested again', async () => {
  await scan('23,5432')
  await scan('23', '', { filtered: '5432' })
  await scan('', '23')
  const count = async (query: string) => (await list(`?${query}`)).findings.length
  expect(await count('state=open')).toBe(1)
  expect(await count('state=fixed')).toBe(1)
  expect(await count('state=open,fixed')).toBe(2)
  expect(await count('severity=high')).toBe(1)
  expect(await count('severity=medium,low')).toBe(1)
  expect(await count('rule=ports/cleartext-protocol')).toBe(1)
  expect(await count('text=DATABASE')).toBe(1)
  expect(await count('retested=false')).toBe(1)
  expect(await count('tag=web')).toBe(0)
  const [{ target }] = (await list()).findings as [Finding]
  expect(await count(`target=${target.id}`)).toBe(2)
  expect((await list('?retested=false')).findings[0]).toMatchObject({ subject: '5432/tcp', retest: 'not-retested' })
  await expectProblem(api.send('GET', '/v1/findings?state=broken'), 422, 'invalid-input')
  await expectProblem(api.send('GET', '/v1/findings?cursor=x'), 422, 'invalid-cursor')
})

test('they are counted by each side under the same filter, and what changed since or ends soon can be asked for', async () => {
  await scan('23,5432')
  await calendar.set('2026-05-10T00:00:00Z')
  await scan('23', '5432')
  await scan('23', '5432')
  const counts = (query = '') =>
    get<{ total: number; state: object[]; severity: object[] }>(`/v1/findings/counts${query}`)
  const one = (value: string) => ({ value, findings: 1 })
  expect(await counts()).toEqual({
    total: 2,
    state: expect.toSatisfy(
      (all: { value: string }[]) =>
        all
          .map(({ value }) => value)
          .sort()
          .join() === 'fixed,open',
    ),
    severity: expect.arrayContaining([one('high'), one('medium')]),
    decision: [{ value: 'none', findings: 2 }],
    scanner: [{ value: 'ports', findings: 2 }],
    retested: [{ value: 'true', findings: 2 }],
  })
  expect(await counts('?state=fixed')).toMatchObject({ total: 1, severity: [one('high')] })
  expect(await counts('?scanner=tls&text=nowhere')).toMatchObject({ total: 0, scanner: [] })
  const count = async (query: string) => (await list(`?${query}`)).findings.length
  expect(await count('since=2026-05-09T00:00:00Z')).toBe(1)
  expect([await count('scanner=ports'), await count('scanner=tls')]).toEqual([2, 0])
  const { findings } = await list('?state=open')
  const accept = (until: string | null) =>
    api.send('POST', '/v1/findings/decisions', {
      ids: findings.map(({ id }) => id),
      decision: 'accepted',
      reason: 'a move is planned',
      until,
    })
  await accept('2026-06-01T00:00:00Z')
  expect(await count('acceptedUntil=2026-06-02T00:00:00Z')).toBe(1)
  expect(await count('acceptedUntil=2026-05-31T00:00:00Z')).toBe(0)
  await accept(null)
  expect(await count('acceptedUntil=2036-01-01T00:00:00Z')).toBe(0)
})

test('each order goes on where its page ended, and takes no cursor of another', async () => {
  await scan('23,5432')
  await calendar.set('2026-05-02T00:00:00Z')
  await scan('3306', '', { address: '127.0.0.2' })
  await calendar.set('2026-05-03T00:00:00Z')
  await scan('23', '', { filtered: '5432' })
  const subjects: Record<string, string[]> = {}
  for (const sort of ['urgency', 'changed', 'newest', 'oldest', 'lastConfirmed', 'target']) {
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { findings: Finding[]; next: string | null } = await list(
        `?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`,
      )
      seen.push(...page.findings.map(({ subject }) => subject))
      cursor = page.next
    }
    expect([sort, ...seen.toSorted()]).toEqual([sort, '23/tcp', '3306/tcp', '5432/tcp'])
    subjects[sort] = seen
  }
  expect(subjects['newest']![0]).toBe('3306/tcp')
  expect(subjects['oldest']).toEqual(subjects['newest']!.toReversed())
  expect(subjects['lastConfirmed']).toEqual(['5432/tcp', '3306/tcp', '23/tcp'])
  expect(subjects['target']!.at(-1)).toBe('3306/tcp')
  const { next } = await list('?limit=1')
  await expectProblem(api.send('GET', `/v1/findings?sort=target&cursor=${next}`), 422, 'invalid-cursor')
  const forged = Buffer.from(JSON.stringify(['newest', 'x', 'y'])).toString('base64url')
  await expectProblem(api.send('GET', `/v1/findings?sort=newest&cursor=${forged}`), 422, 'invalid-cursor')
})

test('a text is looked for in titles too, and what is at archived targets is shown only where it is asked for', async () => {
  await scan('5432')
  const found = async (query: string) => (await list(`?${query}`)).findings.length
  expect(await found('text=can be reached')).toBe(1)
  expect(await found('text=nothing of the kind')).toBe(0)
  const [{ target }] = (await list()).findings as [Finding]
  await api.send('PATCH', `/v1/targets/${target.id}`, { isArchived: true })
  expect([await found(''), await found('archived=true'), await found(`target=${target.id}`)]).toEqual([0, 1, 1])
})

test('a history says what happened, when, by which scan or whom', async () => {
  const first = await scan('5432')
  await calendar.set('2026-05-02T00:00:00Z')
  const second = await scan('5432')
  const [{ id, target }] = (await list()).findings as [Finding]
  await api.send('POST', '/v1/findings/decisions', {
    ids: [id],
    decision: 'accepted',
    reason: 'a move is planned',
    until: '2026-06-01T00:00:00Z',
  })
  const { history, decision, decidedBy } = await whole(id)
  expect(history).toMatchObject([
    { kind: 'opened', isTold: false, scanId: first, at: '2026-05-01T00:00:00.000Z' },
    { kind: 'confirmed', isTold: true, scanId: second },
    { kind: 'accepted', scanId: null, by: { id: actor.principal.id }, detail: { reason: 'a move is planned' } },
  ])
  expect([decision, decidedBy?.id]).toEqual(['accepted', actor.principal.id])
  const { timeline, next } = await get<{ timeline: Entry[]; next: string }>(`/v1/targets/${target.id}/timeline?limit=2`)
  expect(timeline.map(({ kind }) => kind)).toEqual(['accepted', 'confirmed'])
  const rest = await get<{ timeline: Entry[] }>(`/v1/targets/${target.id}/timeline?cursor=${next}`)
  expect(rest.timeline).toMatchObject([{ kind: 'opened', findingId: id, title: 'A database can be reached' }])
})

describe('decisions', () => {
  const decide = (body: object) => api.send('POST', '/v1/findings/decisions', body)
  test('are taken for many at once, and taken back', async () => {
    await scan('3306,5432,6379')
    const ids = (await list()).findings.map(({ id }) => id)
    const answer = await decide({ ids, decision: 'false-positive', reason: 'a honeypot' })
    expect(((await answer.json()) as { decided: string[] }).decided.toSorted()).toEqual(ids.toSorted())
    expect((await list('?decision=false-positive')).findings).toHaveLength(3)
    await decide({ ids: ids.slice(0, 1), decision: 'none' })
    expect((await list('?decision=false-positive')).findings).toHaveLength(2)
    expect((await whole(ids[0]!)).history.map(({ kind }) => kind)).toEqual(['opened', 'false-positive', 'reopened'])
  })
  test('are undone exactly by what the answer gives, however differently it was decided before', async () => {
    await scan('3306,5432,6379')
    const [one, two, three] = (await list()).findings.map(({ id }) => id) as [string, string, string]
    await decide({ ids: [one], decision: 'accepted', reason: 'a move is planned', until: '2026-06-01T00:00:00Z' })
    await decide({ ids: [two], decision: 'false-positive', reason: 'a honeypot' })
    const standing = async () =>
      (await list('?sort=target')).findings.map(({ id, decision, decidedUntil, decidedReason }) => ({
        id,
        decision,
        decidedUntil,
        decidedReason,
      }))
    const before = await standing()
    const answer = await decide({ ids: [one, two, three], decision: 'accepted', reason: 'all of it, for good' })
    const { undo } = (await answer.json()) as { undo: object[] }
    expect(await standing()).not.toEqual(before)
    for (const body of undo) expect((await decide(body)).status).toBe(200)
    expect(await standing()).toEqual(before)
  })
  test('have a reason, and a date only where something is accepted until it', async () => {
    const ids = ['01890000-0000-7000-8000-000000000000']
    await expectProblem(decide({ ids, decision: 'accepted' }), 409, 'conflict')
    await expectProblem(
      decide({ ids, decision: 'accepted', reason: 'because', until: '2026-04-01T00:00:00Z' }),
      409,
      'conflict',
    )
    await expectProblem(
      decide({ ids, decision: 'false-positive', reason: 'because', until: '2026-07-01T00:00:00Z' }),
      409,
      'conflict',
    )
    expect(await (await decide({ ids, decision: 'accepted', reason: 'because' })).json()).toEqual({
      decided: [],
      undo: [],
    })
  })
})

test('a severity of one’s own has a reason, outlives scans, and is taken back', async () => {
  await scan('5432')
  const [{ id }] = (await list()).findings as [Finding]
  const set = (body: object) => api.send('PATCH', `/v1/findings/${id}`, body)
  await expectProblem(set({ severity: 'low' }), 409, 'conflict')
  expect((await set({ severity: 'low', reason: 'behind a filter' })).status).toBe(204)
  await scan('5432')
  expect(await whole(id)).toMatchObject({ severity: 'low', ruleSeverity: 'high', severityReason: 'behind a filter' })
  await set({ severity: null })
  expect(await whole(id)).toMatchObject({ severity: 'high', severityReason: null })
})

describe('the difference between two scans', () => {
  const diff = async (one: string, other: string) => get<Diff>(`/v1/scans/${one}/diff/${other}`)
  test('is told in words and as data, and claims nothing of what was not told', async () => {
    const before = await scan('23,5432', '3306', { filtered: '6379' })
    const after = await scan('3306,6379', '23', { filtered: '5432' })
    const told = await diff(after, before)
    expect([told.before.id, told.after.id]).toEqual([before, after])
    expect(told.findings.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['appeared', '3306/tcp'],
      ['first-told', '6379/tcp'],
      ['gone', '23/tcp'],
      ['not-retested', '5432/tcp'],
    ])
    expect(told.facts.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['port-opened', '3306/tcp at 127.0.0.1'],
      ['port-opened', '6379/tcp at 127.0.0.1'],
      ['port-closed', '23/tcp at 127.0.0.1'],
      ['port-not-told', '5432/tcp at 127.0.0.1'],
    ])
    expect(told.summary[0]).toBe('Findings: 1 new, 1 told for the first time, 1 fixed, 1 not re-tested.')
    expect(told.summary).toContain('5432/tcp at 127.0.0.1 was open and gives no answer now.')
  })
  test('is of one target, and of scans that have ended', async () => {
    const [one, other] = [await scan('5432'), await scan('5432', '', { address: '127.0.0.2' })]
    await expectProblem(api.send('GET', `/v1/scans/${one}/diff/${other}`), 409, 'conflict')
    const { id } = await makeScan(db, actor, { target: addressTarget('127.0.0.1') })
    await expectProblem(api.send('GET', `/v1/scans/${one}/diff/${id}`), 409, 'conflict')
    const nobody = '01890000-0000-7000-8000-000000000000'
    await expectProblem(api.send('GET', `/v1/scans/${one}/diff/${nobody}`), 404, 'not-found')
  })
})

describe('reports', () => {
  test('of a scan, a target and all targets, in every format, as a file that may do nothing', async () => {
    const scanId = await scan('5432')
    const [{ target }] = (await list()).findings as [Finding]
    for (const path of [`/v1/scans/${scanId}/report`, `/v1/targets/${target.id}/report`, '/v1/report'])
      for (const format of ['html', 'json', 'csv', 'markdown', 'sarif']) {
        const answer = await api.send('GET', `${path}?format=${format}`)
        expect(answer.status).toBe(200)
        expect(answer.headers.get('content-security-policy')).toContain('sandbox')
        expect(answer.headers.get('content-disposition')).toMatch(format === 'html' ? /^inline/ : /^attachment/)
        expect((await answer.text()).replaceAll('\\', '')).toContain('A database can be reached')
      }
    await expectProblem(api.send('GET', '/v1/report?format=doc'), 422, 'invalid-input')
  })
  test('of a scan that has not ended is refused', async () => {
    const { id } = await makeScan(db, actor, { target: addressTarget('127.0.0.1') })
    await expectProblem(api.send('GET', `/v1/scans/${id}/report`), 409, 'conflict')
  })
})

test('what to fix first comes by remedy, with why; what was fixed or decided is not in it', async () => {
  await scan('23,5432')
  await scan('23,3306', '', { address: '127.0.0.2' })
  await scan('21', '', { address: '127.0.0.3' })
  await scan('', '21', { address: '127.0.0.3' })
  await calendar.set('2026-06-10T00:00:00Z')
  const risk = () => get<{ remedies: z.output<typeof remedyDocument>[] }>('/v1/risk')
  const { remedies } = await risk()
  expect(remedies.map(({ rule, severity, findings, targets }) => [rule, severity, findings, targets])).toEqual([
    ['ports/database-exposed', 'high', 2, 2],
    ['ports/cleartext-protocol', 'medium', 2, 2],
  ])
  expect(remedies[0]!.why.map(({ code }) => code)).toEqual(['severity', 'many-targets', 'open-long'])
  const linked = await get<{ findings: Finding[] }>(remedies[0]!.links.findings)
  expect(linked.findings).toHaveLength(2)
  const ids = linked.findings.map(({ id }) => id)
  await api.send('POST', '/v1/findings/decisions', { ids, decision: 'false-positive', reason: 'a honeypot' })
  expect((await risk()).remedies.map(({ rule }) => rule)).toEqual(['ports/cleartext-protocol'])
  const [{ id }] = (await list('?state=open&rule=ports/cleartext-protocol')).findings as [Finding]
  await api.send('PATCH', `/v1/findings/${id}`, { severity: 'critical', reason: 'the backups lie there' })
  expect((await risk()).remedies[0]).toMatchObject({
    severity: 'critical',
    why: [{ sentence: 'It is critical at 1 target.' }, {}, {}],
  })
})
