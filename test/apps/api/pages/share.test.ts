import { beforeEach, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { endedPortScan } from '#test/support/port-scan.ts'

const { db, api } = await useApi()
const calendar = await useCalendar(db, '2026-05-01T00:00:00Z')
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!

beforeEach(async () => {
  await sql`truncate scans, targets, shares, rate_limits cascade`.execute(db)
  await calendar.set('2026-05-01T00:00:00Z')
})

/** The lab's host with a database that can be reached, and what it said. */
async function watched(): Promise<{ targetId: string; scanId: string }> {
  const { id: targetId } = (await (await api.send('POST', '/v1/targets', { target: '127.0.0.1' })).json()) as {
    id: string
  }
  const services = [{ port: 5432, service: 'postgresql', guessedFrom: 'port', banner: 'the-banner' }]
  const scanId = await endedPortScan(db, actor, { open: '5432', services })
  await sql`update scans set finished_at = calendar_now()`.execute(db)
  return { targetId, scanId }
}
interface Made {
  id: string
  url: string
  badgeUrl: string | null
}
async function share(body: object): Promise<Made> {
  const answer = await api.send('POST', '/v1/shares', body)
  expect(answer.status).toBe(201)
  return (await answer.json()) as Made
}
const stranger = { authorization: '' }
const open = (url: string) => api.app.request(new URL(url).pathname, { headers: stranger })
const send = (url: string, password: string) =>
  api.app.request(new URL(url).pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': '100',
      origin: 'http://localhost:3000',
      'sec-fetch-site': 'same-origin',
    },
    body: new URLSearchParams({ password }).toString(),
  })
const viewsOf = async (id: string) =>
  ((await (await api.send('GET', `/v1/shares/${id}/views`)).json()) as { views: { outcome: string }[] }).views.map(
    ({ outcome }) => outcome,
  )

test('whoever has the link sees the report, without what the target sent, and every look is noted', async () => {
  const { targetId } = await watched()
  const { id, url, badgeUrl } = await share({ targetId })
  expect(badgeUrl).toBeNull()
  const answer = await open(url)
  const page = await answer.text()
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-security-policy')).toContain('sandbox')
  expect(answer.headers.get('x-robots-tag')).toBe('noindex')
  expect(page).toContain('A database can be reached')
  expect(page).not.toContain('the-banner')
  expect(await viewsOf(id)).toEqual(['shown'])
  const whole = await share({ targetId, hidesEvidence: false })
  expect(await (await open(whole.url)).text()).toContain('the-banner')
})

test('a report keeps the language in which it was shared', async () => {
  const { targetId, scanId } = await watched()
  for (const about of [{ targetId }, { scanId }]) {
    const { url } = await share({ ...about, language: 'de' })
    const page = await (await open(url)).text()
    expect(page).toContain('<html lang="de">')
    expect(page).toContain('Eine Datenbank ist erreichbar')
  }
  const { shares } = (await (await api.send('GET', '/v1/shares')).json()) as { shares: { language: string }[] }
  expect(shares.map(({ language }) => language)).toEqual(['de', 'de'])
})

test('a report is asked for in German by ?language=de, and what programs read stays English', async () => {
  const { targetId, scanId } = await watched()
  for (const path of [`/v1/targets/${targetId}/report`, `/v1/scans/${scanId}/report`, '/v1/report']) {
    const page = await api.send('GET', `${path}?language=de`)
    expect([page.status, page.headers.get('content-language')]).toEqual([200, 'de'])
    expect(await page.text()).toContain('Eine Datenbank ist erreichbar')
    const data = await api.send('GET', `${path}?language=de&format=json`)
    expect(await data.text()).toContain('A database can be reached')
    expect((await api.send('GET', `${path}?language=fr`)).status).toBe(422)
  }
  const pdf = await api.send('GET', `/v1/scans/${scanId}/report?language=de&format=pdf`)
  expect(Buffer.from(await pdf.arrayBuffer()).toString('latin1')).toContain('/Lang (de)')
})

test('a password is asked for, a wrong one is noted, and the right one opens it', async () => {
  const { scanId } = await watched()
  const { id, url } = await share({ scanId, password: 'correct horse battery' })
  const asked = await open(url)
  expect(await asked.text()).not.toContain('A database can be reached')
  const wrong = await send(url, 'incorrect')
  expect([wrong.status, await wrong.text()]).toEqual([401, expect.stringContaining('That is not the password.')])
  expect(await (await send(url, 'correct horse battery')).text()).toContain('A database can be reached')
  expect(await viewsOf(id)).toEqual(['shown', 'wrong-password'])
  const { rows } = await sql<{ password_hash: string }>`select password_hash from shares`.execute(db)
  expect(rows[0]!.password_hash).not.toContain('correct horse')
})

describe('a link that is over', () => {
  test('by its date, or revoked, says no more than one that never was', async () => {
    const { targetId } = await watched()
    const [dated, revoked] = [await share({ targetId, days: 1 }), await share({ targetId, hasBadge: true })]
    expect((await api.send('DELETE', `/v1/shares/${revoked.id}`)).status).toBe(204)
    await calendar.set('2026-05-02T00:00:01Z')
    const never = await open('http://localhost:3000/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
    const said = await never.text()
    for (const { url } of [dated, revoked]) {
      const answer = await open(url)
      expect([answer.status, await answer.text()]).toEqual([404, said])
    }
    expect((await open(revoked.badgeUrl!)).status).toBe(404)
    expect(await viewsOf(dated.id)).toEqual(['over'])
    const { shares } = (await (await api.send('GET', '/v1/shares')).json()) as {
      shares: { revokedAt: string | null; views: number }[]
    }
    expect(shares.map(({ revokedAt, views }) => [revokedAt !== null, views])).toEqual([
      [true, 0],
      [false, 0],
    ])
  })
})

test('a badge says how it stands and how old that is, and that nothing could be told where nothing was', async () => {
  const { targetId } = await watched()
  const { badgeUrl } = await share({ targetId, hasBadge: true, password: 'correct horse battery' })
  await calendar.set('2026-05-04T00:00:00Z')
  const answer = await open(badgeUrl!)
  expect(answer.headers.get('content-type')).toBe('image/svg+xml')
  expect(await answer.text()).toContain('exposure: 1 high · 3 d ago')
  await sql`truncate scans, findings cascade`.execute(db)
  const { badgeUrl: fresh } = await share({ targetId, hasBadge: true })
  expect(await (await open(fresh!)).text()).toContain('exposure: could not tell')
  expect((await open((await share({ targetId })).url + '/badge.svg')).status).toBe(404)
})

test('the link is kept nowhere, and what is asked wrong is refused in words', async () => {
  const { targetId, scanId } = await watched()
  const { url } = await share({ targetId })
  const token = new URL(url).pathname.split('/').at(-1)!
  const { rows } = await sql<{ row: string }>`select row_to_json(shares)::text as row from shares`.execute(db)
  expect(rows.map(({ row }) => row).join()).not.toContain(token)
  await open(url)
  expect(JSON.stringify(api.logged)).not.toContain(token)
  expect(JSON.stringify(api.logged)).toContain('"/s/…"')
  await expectProblem(api.send('POST', '/v1/shares', {}), 409, 'conflict')
  await expectProblem(api.send('POST', '/v1/shares', { targetId, scanId }), 409, 'conflict')
  await expectProblem(api.send('POST', '/v1/shares', { scanId, hasBadge: true }), 409, 'conflict')
  await expectProblem(
    api.send('POST', '/v1/shares', { targetId: '01890000-0000-7000-8000-000000000000' }),
    404,
    'not-found',
  )
})
