import { expect, test } from 'vitest'
import { useApi } from '#test/support/api.ts'
import { makePerson } from '#test/support/people.ts'

const { api } = await useApi()

interface Page {
  entries: { id: string; action: string; actor: { id: string | null }; at: string }[]
  next: string | null
}
const read = async (person: { send: typeof api.send }, query = ''): Promise<Page> => {
  const answer = await person.send('GET', `/v1/audit/entries${query}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Page
}

test('what was done is read page by page, the newest first, each entry once', async () => {
  const ada = await makePerson(api)
  for (const host of ['one.example.org', 'two.example.org', 'three.example.org'])
    expect((await ada.send('POST', '/v1/targets', { target: host })).status).toBe(201)
  const all = await read(ada, '?action=target.')
  expect(all.entries).toHaveLength(3)
  expect(all.entries.map(({ at }) => at)).toEqual(
    all.entries
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  )
  const first = await read(ada, '?action=target.&limit=2')
  const second = await read(ada, `?action=target.&limit=2&cursor=${first.next}`)
  expect([...first.entries, ...second.entries]).toEqual(all.entries)
  expect(second.next).toBeNull()
})

test('another organisation’s entries are nobody else’s, and a person’s can be asked for', async () => {
  const [ada, grace] = [await makePerson(api), await makePerson(api, { organisationId: null })]
  await ada.send('POST', '/v1/targets', { target: 'ada.example.org' })
  expect((await read(grace, `?actor=${ada.id}`)).entries).toEqual([])
  const own = await read(ada, `?actor=${ada.id}`)
  expect(own.entries.length).toBeGreaterThan(0)
  expect(own.entries.every(({ actor }) => actor.id === ada.id)).toBe(true)
})

test('what was done to one thing, how it ended and when can be asked for', async () => {
  const ada = await makePerson(api)
  const viewer = await makePerson(api, { role: 'viewer' })
  const made = (await (await ada.send('POST', '/v1/targets', { target: 'four.example.org' })).json()) as { id: string }
  expect((await viewer.send('POST', '/v1/targets', { target: 'five.example.org' })).status).toBe(403)
  const about = (await read(ada, `?subject=${made.id}`)).entries
  expect(about.map(({ action }) => action)).toEqual(['target.add'])
  const refused = (await read(ada, `?outcome=refused&actor=${viewer.id}`)).entries
  expect(refused.map(({ action }) => action)).toEqual(['permission.use'])
  expect((await read(ada, `?outcome=done&actor=${viewer.id}`)).entries).toEqual([])
  const at = encodeURIComponent(about[0]!.at)
  expect((await read(ada, `?subject=${made.id}&from=${at}`)).entries).toHaveLength(1)
  expect((await read(ada, `?subject=${made.id}&before=${at}`)).entries).toEqual([])
})

test('a cursor that was not given out, and an action in other letters, are refused', async () => {
  const ada = await makePerson(api)
  for (const query of ['?cursor=abc', '?action=%25', '?actor=me'])
    expect((await ada.send('GET', `/v1/audit/entries${query}`)).status).toBeGreaterThanOrEqual(400)
})
