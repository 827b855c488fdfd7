import type { Context } from 'hono'
import { DomainError } from '#db/model/errors.ts'
import { TooBusy } from '#db/passwords.ts'
import type { ApiEnv } from '../app.ts'
import { problems } from '../problems.ts'
import { isFromOurPages } from '../same-origin.ts'
import { sayMistake, wordsFor } from './words/index.ts'

/** A form as it was sent: texts only. */
export type Sent = Readonly<Record<string, string>>

const longestForm = 20_000

type Answer = Response | Promise<Response>

/**
 * Takes a form that one of our own pages sent, and counts it as a sign-in is counted. What its sender got wrong comes back as a sentence, for the page to say.
 */
export async function handleForm(
  c: Context<ApiEnv>,
  handle: (sent: Sent) => Answer,
  again: (sentence: string, status: 400 | 401 | 403 | 409 | 413 | 422 | 429 | 503, sent: Sent) => Answer,
): Promise<Response> {
  const says = wordsFor(c)
  if (isFromOurPages(c, c.get('site').publicUrl) !== true) return again(says.openHere(c.get('site').publicUrl), 403, {})
  if (Number(c.req.header('content-length') ?? longestForm + 1) > longestForm) return again(says.tooLong, 413, {})
  if (!(await c.get('limiter').admits(c, 'sign-in', null))) return again(says.tooManyTries, 429, {})
  const sent = Object.fromEntries(
    Object.entries(await c.req.parseBody()).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  )
  try {
    return await handle(sent)
  } catch (error) {
    if (error instanceof TooBusy) return again(says.tooBusy, 503, sent)
    if (!(error instanceof DomainError)) throw error
    return again(sayMistake(c, error), problems[error.code].status as 401, sent)
  }
}
