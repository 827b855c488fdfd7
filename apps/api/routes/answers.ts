import type { z } from '@hono/zod-openapi'
import { denials } from '#db/model/permission.ts'
import { type ProblemCode, problemDocument, problems } from '../problems.ts'

/** A JSON answer, for a route's contract. */
export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

/** The refusals that a route may answer with, by status. Every route behind a credential may also answer 401, 403, 500 and 503. */

export function refusals(...codes: readonly ProblemCode[]) {
  const all: readonly ProblemCode[] = ['unauthenticated', ...denials, 'internal', 'unavailable', ...codes]
  const byStatus = new Map<number, string[]>()
  for (const code of all) {
    const { status } = problems[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.map((name) => `\`${name}\``).join(', '),
        content: { 'application/problem+json': { schema: problemDocument } },
      },
    ]),
  )
}
