import { afterAll, expect } from 'vitest'
import { type Api, createApp, type Deps } from '#apps/api/app.ts'
import type { Site } from '#apps/api/site.ts'
import type { Db } from '#db/connect.ts'
import { openDeps } from '#test/support/deps.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { openQueues } from '#workers/queue/backend.ts'

export interface TestApi {
  readonly deps: Deps
  readonly app: Api
  readonly key: string
  readonly organisationId: string
  readonly logged: object[]
  /** Sends a request with the key and, where there is a body, as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

/** The real API over a database of this test file's own, and the queue in it; nothing listens, and no worker runs. */
export async function useApi(
  allow: readonly string[] = ['127.0.0.0/8'],
  site: Partial<Site> = {},
): Promise<{ db: Db; api: TestApi }> {
  const { db, url, actor } = await useDatabase()
  const queues = await openQueues({ databaseUrl: url, redisUrl: null, poolSize: 4, onError: () => {} })
  afterAll(() => queues.close())
  const logged: object[] = []
  const write = (about: object) => void logged.push(about)
  const log = { info: write, warn: write, error: write }
  const deps = await openDeps({ db, url, queues: async () => queues, log, allow, site })
  afterAll(() => deps.bus.close())
  const app = createApp(deps)
  const api: TestApi = {
    app,
    deps,
    key: actor.key,
    organisationId: actor.organisationId,
    logged,
    send: async (method, path, body, headers = {}) =>
      app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${actor.key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  }
  return { db, api }
}

/** Holds an answer to be a problem document with this status and code, and hands it back. */
export async function expectProblem(answer: Response | Promise<Response>, status: number, code: string) {
  const response = await answer
  const body = (await response.json()) as {
    type: string
    status: number
    code: string
    detail: string
    requestId: string
    errors?: { path: string }[]
  }
  expect({ status: response.status, type: response.headers.get('content-type'), code: body.code }).toEqual({
    status,
    type: 'application/problem+json',
    code,
  })
  expect(body.type).toMatch(/^http:\/\/localhost:3000\/docs\/errors\/[a-z-]+$/)
  expect(body).toMatchObject({ status, requestId: response.headers.get('x-request-id') })
  return body
}
