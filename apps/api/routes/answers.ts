import type { z } from '@hono/zod-openapi'
import { denials } from '#db/model/permission.ts'
import { type ProblemCode, problemDocument, problems } from '../problems.ts'

/** A JSON answer, for a route's contract. */
export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

/** 204, for a route's contract. */
export const noContent = (description: string) => ({ description })

/** What any request with a body may be refused for. */
export const bodyRefusals = [
  'malformed-body',
  'body-too-large',
  'unsupported-media-type',
  'invalid-input',
] as const satisfies ProblemCode[]

/** The refusals of a route behind a credential, by status. */
export const refusals = (...codes: readonly ProblemCode[]) =>
  byStatusOf('unauthenticated', 'source-not-allowed', ...denials, ...everywhere, ...codes)

/** The refusals of a route for strangers. */
export const openRefusals = (...codes: readonly ProblemCode[]) => byStatusOf(...everywhere, ...codes)

const everywhere = ['cross-origin', 'too-many-requests', 'internal', 'unavailable'] as const satisfies ProblemCode[]

function byStatusOf(...all: readonly ProblemCode[]) {
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
