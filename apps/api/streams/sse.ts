import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import type { ApiEnv, Deps } from '../app.ts'

/** What the request of any stream may hold beside its path. */
export const streamRequest = {
  query: z.strictObject({ ticket: z.string().max(200).optional() }),
  headers: z.object({
    'last-event-id': z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
  }),
}

/** A stream of events, for a route's contract. */
export const streamAnswer = { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } }

/** Answers with events, by whoever sends them. */
export function answerStream(
  c: Context<ApiEnv>,
  log: Deps['log'],
  send: (out: SSEStreamingApi) => Promise<void>,
): Response {
  // A proxy that gathers an answer before it passes it on would pass nothing on.
  c.header('X-Accel-Buffering', 'no')
  return streamSSE(c, send, async (err) => log.warn({ requestId: c.get('requestId'), err }, 'a stream broke off'))
}
