import { expect, test } from 'vitest'
import type { z } from 'zod'
import type { messageDocument } from '#apps/api/documents/message.ts'
import { removeMember } from '#db/queries/organisations.ts'
import { useApi } from '#test/support/api.ts'
import { bearer, useStreams } from '#test/support/follow-stream.ts'
import { makePerson } from '#test/support/people.ts'

type Message = z.output<typeof messageDocument>

const { db, api } = await useApi()
const { follow } = await useStreams(api)

async function aThread() {
  const { id } = (await (await api.send('POST', '/v1/targets', { target: '127.0.0.1' })).json()) as { id: string }
  const path = `/v1/targets/${id}/messages`
  const say = async (text: string) => (await (await api.send('POST', path, { text })).json()) as Message
  return { path, say, events: `${path}/events` }
}

test('what is said, edited and taken back comes as it happens, in its order', async () => {
  const ada = await makePerson(api)
  const { say, events } = await aThread()
  await say('from before')
  const stream = await follow<Message>(events, bearer(ada))
  expect([stream.status, stream.type]).toEqual([200, 'text/event-stream'])
  const { id } = await say('is this ours?')
  const first = await stream.next()
  expect(first).toMatchObject({ event: 'message', data: { id, text: 'is this ours?', editedAt: null } })
  await api.send('PATCH', `/v1/messages/${id}`, { text: 'is this still ours?' })
  const second = await stream.next()
  expect(second).toMatchObject({ data: { id, text: 'is this still ours?', number: first?.data.number } })
  await api.send('DELETE', `/v1/messages/${id}`)
  const third = await stream.next()
  expect(third).toMatchObject({ data: { id, text: '' } })
  expect(third?.data.withdrawnAt).not.toBeNull()
  const ids = [first, second, third].map((message) => Number(message?.id))
  expect(ids).toEqual(ids.toSorted((a, b) => a - b))
  await stream.close()
})

test('a listener who comes back hears what it missed, more than one look holds, and nothing twice', async () => {
  const ada = await makePerson(api)
  const { say, events } = await aThread()
  const { number } = await say('the last that was heard')
  const texts = Array.from({ length: 105 }, (_, n) => `missed ${n}`)
  for (const text of texts) await say(text)
  const stream = await follow<Message>(events, { ...bearer(ada), 'last-event-id': String(number) })
  const heard: string[] = []
  while (heard.length < texts.length) heard.push((await stream.next())!.data.text)
  expect(heard).toEqual(texts)
  const { text } = await say('and now')
  expect((await stream.next())?.data.text).toBe(text)
  await stream.close()
})

test('who is removed from the organisation hears no more', async () => {
  const ada = await makePerson(api, { role: 'viewer' })
  const { say, events } = await aThread()
  const stream = await follow<Message>(events, bearer(ada))
  await say('hello')
  expect(await stream.next()).toMatchObject({ data: { text: 'hello' } })
  await db.transaction().execute((db) => removeMember(db, { organisationId: api.organisationId, userId: ada.id }))
  await say('about the one who left')
  expect(await stream.next()).toMatchObject({ event: 'end' })
  expect(await stream.next()).toBeNull()
})
