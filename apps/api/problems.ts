import type { Hook } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { isUnavailable } from '#db/connect.ts'
import { TooBusy } from '#db/passwords.ts'
import type { Denial } from '#db/model/permission.ts'
import { DomainError, type DomainErrorCode } from '#db/model/errors.ts'
import type { ApiEnv } from './app.ts'

interface Problem {
  readonly status: ContentfulStatusCode
  readonly title: string
  readonly meaning: string
}

/** Every code that this API answers with. A target that the guard refuses has the guard's rule as its code, and status 422. */
export const problems = {
  'malformed-body': { status: 400, title: 'Malformed JSON', meaning: 'The body is no JSON document.' },
  'malformed-request': { status: 400, title: 'Malformed request', meaning: 'The request is no well-formed HTTP.' },
  unauthenticated: {
    status: 401,
    title: 'No valid credential',
    meaning: 'Send a key or an access token as `Authorization: Bearer …`, or sign in.',
  },
  'wrong-credentials': {
    status: 401,
    title: 'Wrong credentials',
    meaning: 'The address, the password, the code or the token is wrong, used or too old; which one is not said.',
  },
  'account-disabled': {
    status: 403,
    title: 'Account disabled',
    meaning: 'An admin of this instance has disabled the account.',
  },
  'cross-origin': {
    status: 403,
    title: 'Sent by a foreign page',
    meaning: 'With cookies, or without any credential, only pages of `PUBLIC_URL` may send this.',
  },
  'source-not-allowed': {
    status: 403,
    title: 'Source not allowed',
    meaning: 'The key is good, but not from this address.',
  },
  'target-out-of-reach': {
    status: 403,
    title: 'Target out of reach',
    meaning: 'The key was made for targets with certain tags, and this one has none of them.',
  },
  'attestation-off': {
    status: 403,
    title: 'Attestation is off',
    meaning: 'This instance takes proofs only: `ATTESTATION` is `off`.',
  },
  'sign-up-closed': {
    status: 403,
    title: 'Sign-up closed',
    meaning: 'Accounts are made by invitation only here.',
  },
  'no-mail': {
    status: 503,
    title: 'Mail not set up',
    meaning: 'A code would have to be mailed, and this instance has no `SMTP_URL`.',
  },
  'role-too-low': {
    status: 403,
    title: 'Role too low',
    meaning: 'Your role in this organisation, or on this instance, does not allow it.',
  },
  'scope-missing': {
    status: 403,
    title: 'Scope missing',
    meaning: 'This key was made without the scope that the operation needs.',
  },
  'session-required': {
    status: 403,
    title: 'Session required',
    meaning: 'Only a person who has signed in may do this, no key.',
  },
  'step-up-required': {
    status: 403,
    title: 'Step-up required',
    meaning: 'Show your second factor again first; no key passes.',
  },
  'not-found': { status: 404, title: 'Not found', meaning: 'There is no such route, or no such thing for this key.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The route exists with the methods in `Allow`.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    meaning: 'It stands already, or something else has to be done first; `detail` says what.',
  },
  'count-changed': {
    status: 409,
    title: 'Other scans match by now',
    meaning: 'Not as many scans match as when you looked: look again; nothing was done.',
  },
  'request-in-progress': {
    status: 409,
    title: 'Still being answered',
    meaning: 'The first request with this `Idempotency-Key` has no answer yet; ask again after `Retry-After`.',
  },
  gone: {
    status: 410,
    title: 'Gone',
    meaning: 'It was there, and was deleted because it was older than is kept, or with its target.',
  },
  'body-too-large': {
    status: 413,
    title: 'Body too large',
    meaning: 'A body may have 1 MiB, the lines of a batch 32 MiB.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    meaning:
      'A body is `application/json` in UTF-8, a batch also `text/csv` or `application/x-ndjson`, without a content coding.',
  },
  'invalid-input': {
    status: 422,
    title: 'Invalid input',
    meaning: 'A field or parameter is unknown, missing or wrong; `errors` names each.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Key used for another request',
    meaning: 'This `Idempotency-Key` came with another request within a day.',
  },
  'invalid-cursor': { status: 422, title: 'Invalid cursor', meaning: 'The cursor is not one that this list gave out.' },
  'invalid-schedule': {
    status: 422,
    title: 'Invalid schedule',
    meaning: 'The fields, the zone or the time between two runs name no schedule; `detail` says what is wrong.',
  },
  'invalid-target': {
    status: 422,
    title: 'Invalid target',
    meaning: 'The target is neither a host name nor an address.',
  },
  'target-refused': {
    status: 422,
    title: 'Target refused',
    meaning: 'The target may not be scanned; `code` is the rule that refuses it.',
  },
  'too-many-matches': {
    status: 422,
    title: 'Too many match',
    meaning: 'More match than one request may be about; `detail` says what, and how many may.',
  },
  'nothing-to-run': {
    status: 422,
    title: 'Nothing to run',
    meaning: 'None of the scanners named takes this kind of target.',
  },
  'invalid-email': { status: 422, title: 'Invalid mail address', meaning: 'What was given is no mail address.' },
  'password-refused': {
    status: 422,
    title: 'Password refused',
    meaning: 'The password is too short, too long, common or made of your own words; `detail` says which.',
  },
  'too-many-tries': {
    status: 429,
    title: 'Too many tries',
    meaning: 'Too many wrong ones for this account, or too many codes mailed to it, within an hour.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning: 'A limit is used up; `RateLimit` shows which, and `Retry-After` says for how long.',
  },
  'queue-full': {
    status: 429,
    title: 'Too many scans wait',
    meaning: 'As many scans of your organisation wait as may; send it again after `Retry-After`.',
  },
  internal: { status: 500, title: 'Internal error', meaning: 'A bug of ours; the request id finds it in the log.' },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    meaning: 'The database cannot be asked just now, or this process is stopping; try again after `Retry-After`.',
  },
} as const satisfies Record<string, Problem> & Record<DomainErrorCode | Denial, Problem>

export type ProblemCode = keyof typeof problems

/** The page about a code, to which a problem's `type` leads (RFC 9457 §3.1.1). */
export const errorPath = (code: ProblemCode) => `/docs/errors/${code}`

/** The shape of every answer that is no success (RFC 9457). */
export const problemDocument = z
  .object({
    type: z.url().openapi({ description: 'A page about this kind of problem.' }),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'Stable, kebab-case; the table is in the README.' }),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

/** Tells the time after which a 503 is worth another try. */
const retryAfterSeconds = 1

interface Details {
  readonly detail?: string
  /** In place of the table's code: the guard's rule. */
  readonly code?: string
  readonly errors?: readonly { path: string; message: string }[]
}

export function problem(c: Context<ApiEnv>, code: ProblemCode, { detail, code: rule, errors }: Details = {}) {
  const { status, title, meaning } = problems[code]
  if (status === 401) c.header('WWW-Authenticate', 'Bearer realm="portlight"')
  if (code === 'queue-full')
    c.header('Retry-After', c.get('retryAfter')({ status: 'queued', runningSeconds: 0, openScanners: [] }))
  if (status === 503) c.header('Retry-After', String(retryAfterSeconds))
  const body = {
    type: `${c.get('site').publicUrl}${errorPath(code)}`,
    title,
    status,
    code: rule ?? code,
    detail: detail ?? meaning,
    requestId: c.get('requestId'),
    errors,
  }
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' })
}

export const onInvalid: Hook<unknown, ApiEnv, string, unknown> = (outcome, c) => {
  if (outcome.success) return undefined
  const errors = outcome.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  return problem(c, 'invalid-input', { detail, errors })
}

/** Where everything needs a credential, what is not there does too. */
export const onNotFound: NotFoundHandler<ApiEnv> = async (c) => {
  const asker = c.req.path.startsWith('/v1/') ? await c.get('identify')(c) : null
  return typeof asker === 'string' ? problem(c, asker) : problem(c, 'not-found', { detail: 'There is nothing here.' })
}

export function onMethodNotAllowed(c: Context<ApiEnv>, methods: readonly string[]) {
  c.header('Allow', methods.join(', '))
  return problem(c, 'method-not-allowed')
}

export const onError: ErrorHandler<ApiEnv> = (error, c) => {
  if (error instanceof DomainError) return problem(c, error.code, domainDetails(error))
  if (error instanceof HTTPException) return problem(c, codeOfStatus(error.status), { detail: error.message })
  if (error instanceof TooBusy) return problem(c, 'unavailable', { detail: 'Too many sign-ins at once.' })
  if (error instanceof Unavailable) return problem(c, 'unavailable', { detail: error.message })
  if (isUnavailable(error)) {
    c.get('log').warn({ requestId: c.get('requestId'), err: error }, 'the database could not be asked')
    return problem(c, 'unavailable')
  }
  c.get('log').error({ requestId: c.get('requestId'), err: error }, 'a bug of ours')
  return problem(c, 'internal')
}

/** This process cannot answer just now, and says why in a sentence. */
export class Unavailable extends Error {
  override name = 'Unavailable'
}

function domainDetails({ code, message, rule }: DomainError): Details {
  const isAboutTarget = code === 'invalid-target' || code === 'target-refused'
  return {
    detail: message,
    ...(rule === undefined ? {} : { code: rule }),
    ...(isAboutTarget ? { errors: [{ path: 'target', message }] } : {}),
  }
}

/** What Hono itself refuses before a handler runs. */
function codeOfStatus(status: number): ProblemCode {
  const known = (Object.keys(problems) as ProblemCode[]).find((code) => problems[code].status === status)
  return known ?? (status >= 500 ? 'internal' : 'malformed-request')
}
