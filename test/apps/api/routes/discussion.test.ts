import { expect, test } from 'vitest'
import type { z } from 'zod'
import type { messageDocument, wholeMessage } from '#apps/api/documents/message.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makeKeys } from '#test/support/make.ts'
import { makePerson, type MadePerson } from '#test/support/people.ts'
import { endedPortScan } from '#test/support/port-scan.ts'

type Message = z.output<typeof messageDocument>
type Whole = z.output<typeof wholeMessage>

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!

let targets = 0
async function aTarget(tags: readonly string[] = []): Promise<string> {
  const answer = await api.send('POST', '/v1/targets', { target: `127.0.1.${++targets}`, tags })
  return ((await answer.json()) as { id: string }).id
}
async function aFinding(): Promise<string> {
  const address = `127.0.2.${++targets}`
  await api.send('POST', '/v1/targets', { target: address })
  await endedPortScan(db, actor, { address, open: '5432', closed: '', filtered: '' })
  const answer = await api.send('GET', '/v1/findings')
  return ((await answer.json()) as { findings: { id: string }[] }).findings[0]!.id
}
const about = (targetId: string) => `/v1/targets/${targetId}/messages`
async function say(by: Pick<MadePerson, 'send'>, path: string, text: string, mentions?: string[]): Promise<Message> {
  const answer = await by.send('POST', path, { text, mentions })
  expect(answer.status).toBe(201)
  return (await answer.json()) as Message
}
const read = async (id: string) => (await (await api.send('GET', `/v1/messages/${id}`)).json()) as Whole
const list = async (path: string) =>
  (await (await api.send('GET', path)).json()) as { messages: Message[]; next: string | null }
const mentionsTo = (recipient: string) =>
  db.selectFrom('mails').select('facts').where('kind', '=', 'mention').where('recipient', '=', recipient).execute()

test('a message has its author from the session and its text as it was written', async () => {
  const ada = await makePerson(api, { role: 'viewer' })
  const path = about(await aTarget())
  const text = '<script>alert(1)</script> **not bold**\nsecond line'
  const said = await say(ada, path, text)
  expect(said).toMatchObject({ author: { kind: 'user', id: ada.id, name: 'Ada' }, text, editedAt: null, mentions: [] })
  expect((await list(path)).messages).toEqual([said])
  const forged = await ada.send('POST', path, { text: 'mine', author: { id: newId() } })
  expect(forged.status).toBe(422)
  const byKey = await say(api, path, 'from a script')
  expect(byKey.author.kind).toBe('service-account')
})

test('a finding has a discussion of its own, beside that of its target', async () => {
  const finding = await aFinding()
  const path = `/v1/findings/${finding}/messages`
  const said = await say(api, path, 'behind the firewall from Monday on')
  expect(await read(said.id)).toMatchObject({ findingId: finding, text: said.text })
  const { targetId } = await read(said.id)
  expect((await list(about(targetId))).messages).toEqual([])
})

test('messages come the latest first, page by page, each once while more are written', async () => {
  const path = about(await aTarget())
  const said: string[] = []
  for (let n = 0; n < 7; n++) said.unshift((await say(api, path, `message ${n}`)).id)
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { messages: Message[]; next: string | null } = await list(
      `${path}?limit=3${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...page.messages.map(({ id }) => id))
    if (seen.length === 3) await say(api, path, 'in between')
    cursor = page.next
  }
  expect(seen).toEqual(said)
  await expectProblem(api.send('GET', `${path}?cursor=nonsense`), 422, 'invalid-cursor')
})

test('fifty who write at once have fifty places', async () => {
  const path = about(await aTarget())
  const said = await Promise.all(Array.from({ length: 50 }, (_, n) => say(api, path, `at once ${n}`)))
  expect(new Set(said.map(({ number }) => number)).size).toBe(50)
})

test('an edit is shown as one and keeps what was said before; only the author makes it', async () => {
  const [ada, bob] = [await makePerson(api, { role: 'viewer' }), await makePerson(api)]
  const path = about(await aTarget())
  const { id, number } = await say(ada, path, 'first')
  await say(bob, path, 'later')
  for (const text of ['second', 'third'])
    expect((await ada.send('PATCH', `/v1/messages/${id}`, { text })).status).toBe(200)
  const whole = await read(id)
  expect(whole).toMatchObject({ text: 'third', number, edits: [{ text: 'first' }, { text: 'second' }] })
  expect(whole.editedAt).not.toBeNull()
  expect((await list(path)).messages.map(({ text }) => text)).toEqual(['later', 'third'])
  await expectProblem(bob.send('PATCH', `/v1/messages/${id}`, { text: 'forged' }), 409, 'conflict')
})

test('its author withdraws a message, or an admin; what it said is gone, and its place is not', async () => {
  const viewer = () => makePerson(api, { role: 'viewer' })
  const [ada, bob, admin] = [await viewer(), await viewer(), await makePerson(api, { role: 'admin' })]
  const path = about(await aTarget())
  const [mine, other] = [await say(ada, path, 'a secret token'), await say(ada, path, 'rude')]
  await ada.send('PATCH', `/v1/messages/${mine.id}`, { text: 'that token again' })
  await expectProblem(bob.send('DELETE', `/v1/messages/${mine.id}`), 409, 'conflict')
  expect((await ada.send('DELETE', `/v1/messages/${mine.id}`)).status).toBe(204)
  expect((await ada.send('DELETE', `/v1/messages/${mine.id}`)).status).toBe(204)
  expect((await admin.send('DELETE', `/v1/messages/${other.id}`)).status).toBe(204)
  expect(await read(mine.id)).toMatchObject({ text: '', edits: [], number: mine.number })
  expect((await list(path)).messages.map(({ withdrawnAt }) => withdrawnAt !== null)).toEqual([true, true])
  await expectProblem(ada.send('PATCH', `/v1/messages/${mine.id}`, { text: 'back' }), 409, 'conflict')
  const entries = db.selectFrom('audit_entries').select('id').where('action', '=', 'message.withdraw')
  expect(await entries.execute()).toHaveLength(2)
})

test('who is mentioned gets one mail, however often the message is edited, and its author none', async () => {
  const [ada, bob] = [await makePerson(api), await makePerson(api)]
  const path = about(await aTarget())
  const { id } = await say(ada, path, 'please look', [bob.id, bob.id, ada.id])
  await ada.send('PATCH', `/v1/messages/${id}`, { text: 'please do look', mentions: [bob.id] })
  expect(await mentionsTo(bob.email)).toMatchObject([{ facts: { author: 'Ada', text: 'please look', path } }])
  expect(await mentionsTo(ada.email)).toEqual([])
})

test('only members can be mentioned, and a message that names another is not said', async () => {
  const stranger = await makePerson(api, { organisationId: null })
  const path = about(await aTarget())
  await expectProblem(api.send('POST', path, { text: 'look', mentions: [stranger.id] }), 404, 'not-found')
  expect(await mentionsTo(stranger.email)).toEqual([])
  expect((await list(path)).messages).toEqual([])
})

test('another organisation, and a key for other tags, find no discussion', async () => {
  const path = about(await aTarget(['web']))
  const { id } = await say(api, path, 'only for us')
  const [otherKey] = await makeKeys(db, 1)
  const owner = await makePerson(api)
  const made = await owner.send('POST', '/v1/keys', { name: 'mail', targetTags: ['mail'] })
  expect(made.status).toBe(201)
  const { key } = (await made.json()) as { key: string }
  for (const secret of [otherKey!, key]) {
    const by = { authorization: `Bearer ${secret}` }
    await expectProblem(api.send('GET', path, undefined, by), 404, 'not-found')
    await expectProblem(api.send('POST', path, { text: 'hello' }, by), 404, 'not-found')
    await expectProblem(api.send('GET', `/v1/messages/${id}`, undefined, by), 404, 'not-found')
    await expectProblem(api.send('PATCH', `/v1/messages/${id}`, { text: 'hello' }, by), 404, 'not-found')
    await expectProblem(api.send('DELETE', `/v1/messages/${id}`, undefined, by), 404, 'not-found')
  }
})
