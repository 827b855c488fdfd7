import type { z } from 'zod'
import { NoAnswer, NotPortlight, Problem } from '#apps/client/errors.ts'
import { type ApiRequest, ask, askFile, type Instance, notPortlight } from '#apps/client/http.ts'
import type { Context } from './context.ts'
import { notTold, usageError } from './errors.ts'
import { reachInstance, type Wanted } from './reach-instance.ts'

/** One question to the Portlight that was named, or that runs here. @throws CommandError */
export const askInstance = <Body>(
  wanted: Wanted,
  request: ApiRequest,
  schema: z.ZodType<Body>,
  context: Context,
): Promise<Body> =>
  withInstance(wanted, context, async (instance) => {
    const { raw } = await ask(instance, request, context.signal)
    const parsed = schema.safeParse(raw)
    if (!parsed.success) throw notPortlight(instance.url)
    return parsed.data
  })

/** As `askInstance`, for a file. @throws CommandError */
export const askInstanceForFile = (wanted: Wanted, path: string, context: Context): Promise<Uint8Array> =>
  withInstance(wanted, context, (instance) => askFile(instance, { method: 'GET', path }, context.signal))

async function withInstance<Answer>(
  wanted: Wanted,
  context: Context,
  question: (instance: Instance) => Promise<Answer>,
): Promise<Answer> {
  const instance = await reachInstance(wanted, context)
  try {
    return await question(instance)
  } catch (error) {
    if (error instanceof Problem) throw error.status >= 500 ? notTold(error.message) : usageError(error.message)
    if (error instanceof NoAnswer || error instanceof NotPortlight) throw notTold(error.message)
    throw error
  } finally {
    await instance.stop()
  }
}
