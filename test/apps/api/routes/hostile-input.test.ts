import { expect, test } from 'vitest'
import { useApi } from '#test/support/api.ts'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'

// Nothing is opened here: what every user's instance refuses.
const { api, db } = await useApi([])

const refused = hostileCorpus<{ id: string; input: string }>('targets-refuse.jsonl')
const accepted = hostileCorpus<{ id: string; input: string; canonical: string }>('targets-accept.jsonl')
const bodies = hostileCorpus<{
  id: string
  content_type: string
  body?: string
  body_repeat?: { unit: string; count: number }
  expect_status: number[]
}>('json-bodies.jsonl')
  // A header field with a NUL in it never gets past Node's parser, nor into a Request.
  .filter(({ content_type: type }) => !type.includes('\0'))

const submit = (target: string, scanners?: object) => api.send('POST', '/v1/scans', { target, scanners })
const countScans = async () => (await db.selectFrom('scans').select('id').execute()).length

test.runIf(refused.length > 0)(
  'every target of the hostile corpus that is to be refused is a 422 with a rule, and no scan of it exists',
  async () => {
    const before = await countScans()
    const wrong: string[] = []
    for (const { id, input } of refused) {
      const answer = await submit(input)
      const { code } = (await answer.json()) as { code?: string }
      if (answer.status !== 422 || !/^[a-z0-9-]+$/.test(code ?? '')) wrong.push(`${id} ${answer.status} ${code}`)
    }
    expect(wrong).toEqual([])
    expect(await countScans()).toBe(before)
  },
)

test.runIf(accepted.length > 0)('every fair target is taken, in its canonical form', async () => {
  const wrong: string[] = []
  for (const { id, input, canonical } of accepted) {
    // A name that only the DNS may hold is asked by DNS alone.
    const answer = await submit(input, input.startsWith('_') ? { dns: {} } : undefined)
    const { links } = (await answer.json()) as { links?: { self: string } }
    const scan = links && ((await (await api.send('GET', links.self)).json()) as { target: { canonical: string } })
    if (answer.status !== 202 || scan?.target.canonical !== canonical)
      wrong.push(`${id} ${answer.status} ${scan?.target.canonical}`)
  }
  expect(wrong).toEqual([])
})

test.runIf(bodies.length > 0)(
  'every hostile body gets its refusal as a problem document, and none breaks anything',
  async () => {
    const wrong: string[] = []
    for (const { id, content_type: type, body, body_repeat: repeat, expect_status: wanted } of bodies) {
      const text = body ?? repeat!.unit.repeat(repeat!.count)
      const answer = await api.send('POST', '/v1/scans', text, { 'content-type': type })
      const isProblem = answer.headers.get('content-type') === 'application/problem+json'
      if (!wanted.includes(answer.status) || (answer.status >= 400 && !isProblem)) wrong.push(`${id} ${answer.status}`)
    }
    expect(wrong).toEqual([])
  },
)
