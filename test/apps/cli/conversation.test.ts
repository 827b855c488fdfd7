import { expect, test } from 'vitest'
import { NoAnswer, Problem } from '#apps/client/errors.ts'
import { type Conversation, type Manner, submitAndFollow } from '#apps/cli/conversation.ts'
import type { Reached } from '#apps/cli/reach-instance.ts'
import { accepted, type FixtureApi, fixtureKey, problem, shows, startFixtureApi } from './support/fixture-api.ts'
import { aRun, aScan } from './support/make.ts'

const running = aScan({ status: 'running', runs: [aRun({ status: 'running' })] })

const reached = ({ url }: FixtureApi, given: Partial<Reached> = {}): Reached => ({
  url,
  key: fixtureKey,
  isNamed: false,
  isOwn: false,
  stop: async () => {},
  ...given,
})

const manner = (given: Partial<Manner> = {}): Manner => ({
  timeoutMillis: 20_000,
  goneAfterMillis: 1,
  signal: new AbortController().signal,
  onSeen: () => {},
  reachAgain: () => Promise.reject(new Error('this test reaches nobody again')),
  ...given,
})

test('a Portlight that stops for good is looked for anew, and the same scan is followed there', async () => {
  await using first = await startFixtureApi({ get: [shows(running)] })
  await using second = await startFixtureApi({ get: [shows(aScan())] })
  const stopped: string[] = []
  const talk: Conversation = {
    instance: reached(first, { stop: async () => void stopped.push('first') }),
    accepted: null,
  }
  const onSeen = () => void first.stop()
  const seen = await submitAndFollow(
    talk,
    { target: 'shop.lab' },
    manner({ onSeen, reachAgain: async () => reached(second) }),
  )
  expect(seen.scan.status).toBe('completed')
  expect(stopped).toEqual(['first'])
  expect(talk.instance.url).toBe(second.url)
  expect(second.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /v1/scans/${running.id}`])
})

test('a Portlight that was named is not replaced by another', async () => {
  await using api = await startFixtureApi({ get: [shows(running)] })
  const talk: Conversation = { instance: reached(api, { isNamed: true }), accepted: null }
  const following = submitAndFollow(
    talk,
    { target: 'shop.lab' },
    manner({ timeoutMillis: 1000, onSeen: () => void api.stop() }),
  )
  await expect(following).rejects.toThrow(NoAnswer)
  expect(talk.accepted?.id).toBe(running.id)
})

test('what is wrong with the request is not asked twice', async () => {
  await using api = await startFixtureApi({ post: [problem(422, 'loopback', 'No.')] })
  const talk: Conversation = { instance: reached(api), accepted: null }
  await expect(submitAndFollow(talk, { target: 'shop.lab' }, manner())).rejects.toThrow(Problem)
  expect(api.asked).toHaveLength(1)
  expect(talk.accepted).toBeNull()
})

test('an API that stays busy is given up after the time that was set', async () => {
  await using api = await startFixtureApi({ post: [problem(503, 'unavailable', 'Later.')] })
  const talk: Conversation = { instance: reached(api), accepted: null }
  const following = submitAndFollow(talk, { target: 'shop.lab' }, manner({ timeoutMillis: 500 }))
  await expect(following).rejects.toMatchObject({ status: 503 })
  expect(api.asked.length).toBeGreaterThan(1)
})

test('the deadline is counted by the clock of the API, however wrong ours is', async () => {
  const scan = aScan({ deadline: '2001-01-01T00:10:00.000Z' })
  const { body, headers } = accepted(scan)
  const post = { status: 202, body, headers: { ...headers, date: 'Mon, 01 Jan 2001 00:00:00 GMT' } }
  await using api = await startFixtureApi({ post: [post], get: [shows(running), shows(scan)] })
  const talk: Conversation = { instance: reached(api), accepted: null }
  const seen = await submitAndFollow(talk, { target: 'shop.lab' }, manner({ timeoutMillis: Infinity }))
  expect(seen.scan.status).toBe('completed')
  expect(talk.accepted?.remainingMillis).toBe(600_000)
})
