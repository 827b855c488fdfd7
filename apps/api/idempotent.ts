import { createHash } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import { claimRequest, releaseRequest, type RequestKey, saveAnswer } from '#db/queries/idempotency.ts'
import { seal, unseal, UnsealError } from '#db/seal.ts'
import type { ApiEnv } from './app.ts'
import { problem } from './problems.ts'

/** Of an answer's fields these are given again. */
const keptFields = ['content-type', 'location', 'retry-after', 'etag'] as const

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): the same request gets the same answer for a day, and does its work once.
 * The answer is sealed, since some show a secret once.
 */
export const idempotent: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const key = c.req.header('idempotency-key')
  if (c.req.method !== 'POST' || key === undefined) return next()
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = 'is 1 to 255 visible ASCII characters'
    const errors = [{ path: 'idempotency-key', message }]
    return problem(c, 'invalid-input', { detail: `idempotency-key: ${message}`, errors })
  }
  const { organisationId, credential } = c.get('actor')
  const request: RequestKey = { organisationId, credentialId: credential.id, key }
  const db = c.get('db')
  const claimed = await claimRequest(db, request, await fingerprintOf(c))
  switch (claimed.is) {
    case 'another-request':
      return problem(c, 'idempotency-key-reused')
    case 'in-progress':
      c.header('Retry-After', '1')
      return problem(c, 'request-in-progress')
    case 'answered':
      return again(c, request, claimed.status, claimed.bodySealed.reveal())
    case 'ours':
  }
  c.set('requestKey', request)
  let isKept = false
  try {
    await next()
    // What was a fault of ours, or an answer that will be another one later, is no answer to this request.
    if (c.res.status >= 500 || c.res.status === 429) return
    const fields = Object.fromEntries(keptFields.flatMap((name) => withValue(name, c.res.headers.get(name))))
    const answer = JSON.stringify({ fields, body: await c.res.clone().text() })
    const [sealing] = c.get('answerKeys')()
    const bodySealed = seal(sealing.secret, idOf(request), Buffer.from(answer))
    await saveAnswer(db, request, { status: c.res.status, bodySealed })
    isKept = true
  } finally {
    if (!isKept) await releaseRequest(db, request).catch(() => {})
  }
}

const withValue = (name: string, value: string | null): [string, string][] => (value === null ? [] : [[name, value]])

const idOf = ({ organisationId, credentialId, key }: RequestKey) => `${organisationId}/${credentialId}/${key}`

async function fingerprintOf(c: Context<ApiEnv>): Promise<Buffer> {
  const { pathname, search } = new URL(c.req.url)
  const body = Buffer.from(await c.req.arrayBuffer())
  return createHash('sha256').update(`${c.req.method} ${pathname}${search}\n`).update(body).digest()
}

function again(c: Context<ApiEnv>, request: RequestKey, status: number, sealed: Buffer) {
  const { fields, body } = JSON.parse(opened(c, request, sealed)) as { fields: Record<string, string>; body: string }
  for (const [name, value] of Object.entries(fields)) c.header(name, value)
  c.header('Idempotent-Replayed', 'true')
  return c.newResponse(body === '' ? null : body, status as StatusCode)
}

/** @throws UnsealError where no key of ours opens it */
function opened(c: Context<ApiEnv>, request: RequestKey, sealed: Buffer): string {
  for (const { secret } of c.get('answerKeys')()) {
    try {
      return unseal(secret, idOf(request), sealed).reveal().toString()
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error
    }
  }
  throw new UnsealError()
}
