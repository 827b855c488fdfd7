import { givenName } from '#db/model/target-facts.ts'
import { z } from '@hono/zod-openapi'

// What more than one request about an account asks for.

export const email = z.string().min(1).max(320).openapi({ example: 'ada@example.org' })
export const newPassword = z
  .string()
  .max(4000)
  .openapi({ description: '8 to 1,000 characters, none of the common ones; no rule of composition.' })
export const password = z.string().max(4000)
export const code = z.string().max(40).openapi({ description: 'Six digits, from the mail.', example: '123456' })
export const challenge = z.string().max(200).openapi({ description: 'As the answer gave it that asked for the code.' })
export const isRemembered = z
  .boolean()
  .default(false)
  .openapi({ description: 'The session lasts 30 days in place of 7.' })
export const personName = givenName

export const challengeDocument = z
  .object({ challenge: z.string().openapi({ description: 'Send it back with the code. It is good for ten minutes.' }) })
  .openapi('Challenge')

export const body = <Schema extends z.ZodType>(schema: Schema) =>
  ({ required: true, content: { 'application/json': { schema } } }) as const
