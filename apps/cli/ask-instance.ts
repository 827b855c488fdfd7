import type { z } from 'zod'
import { NoAnswer, NotPortlight, Problem } from '#apps/client/errors.ts'
import { type ApiRequest, ask, notPortlight } from '#apps/client/http.ts'
import type { Context } from './context.ts'
import { notTold, usageError } from './errors.ts'
import { reachInstance, type Wanted } from './reach-instance.ts'

/** One question to the Portlight that was named, or that runs here. @throws CommandError */
export async function askInstance<Body>(
  wanted: Wanted,
  request: ApiRequest,
  schema: z.ZodType<Body>,
  context: Context,
): Promise<Body> {
  const instance = await reachInstance(wanted, context)
  try {
    const { raw } = await ask(instance, request, context.signal)
    const parsed = schema.safeParse(raw)
    if (!parsed.success) throw notPortlight(instance.url)
    return parsed.data
  } catch (error) {
    if (error instanceof Problem) throw error.status >= 500 ? notTold(error.message) : usageError(error.message)
    if (error instanceof NoAnswer || error instanceof NotPortlight) throw notTold(error.message)
    throw error
  } finally {
    await instance.stop()
  }
}
