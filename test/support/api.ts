import { expect } from 'vitest'
import { type Api, createApp } from '#apps/api/app.ts'
import type { Db } from '#db/connect.ts'
import { makeActor } from '#test/support/make.ts'
import { openQueues } from '#workers/queue/backend.ts'
import { createBell } from '#workers/queue/enqueue.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'

export interface TestApi {
  readonly app: Api
  readonly key: string
  readonly organisationId: string
  readonly logged: object[]
  /** Sends a request with the key and, where there is a body, as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

/** The real API over a real database and the queue in it; nothing listens, and no worker runs. */
export async function openTestApi(
  { db, url }: { db: Db; url: string },
  allow: readonly string[] = ['127.0.0.0/8'],
): Promise<TestApi> {
  const queues = openQueues({ databaseUrl: url, redisUrl: null, poolSize: 4, onError: () => {} })
  const { key, organisationId } = await makeActor(db)
  const logged: object[] = []
  const write = (about: object) => void logged.push(about)
  const log = { info: write, warn: write, error: write }
  const app = createApp({ db, bell: createBell(queues), guard: spellingGuard(allow), log, isDraining: () => false })
  return {
    app,
    key,
    organisationId,
    logged,
    send: async (method, path, body, headers = {}) =>
      app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    close: () => queues.close(),
  }
}

/** Holds an answer to be a problem document with this status and code, and hands it back. */
export async function expectProblem(answer: Response | Promise<Response>, status: number, code: string) {
  const response = await answer
  const body = (await response.json()) as {
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
  expect(body).toMatchObject({ type: 'about:blank', status, requestId: response.headers.get('x-request-id') })
  return body
}
