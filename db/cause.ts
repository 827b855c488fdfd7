import { AsyncLocalStorage } from 'node:async_hooks'

/** For what statements are sent. */
export interface Cause {
  /** The request, or the scan that no request asked for: what `portlight trace` takes, and Postgres shows. */
  readonly id: string
  /** Null where no request asked. */
  readonly requestId: string | null
  /** Where the work stands in a trace (W3C Trace Context); null where none is kept. */
  readonly traceparent: string | null
}

const causes = new AsyncLocalStorage<Cause | undefined>()

/** Does the work, and all that it awaits, for this cause. */
export const forCause = <Answer>(cause: Cause, work: () => Answer): Answer => causes.run(cause, work)

/** Does work that many share, so that none of them is named for all of it. */
export const forNobody = <Answer>(work: () => Answer): Answer => causes.run(undefined, work)

/** For what we are at work; undefined for what is done unasked. */
export const causeNow = (): Cause | undefined => causes.getStore()

const shownAtMost = 63

/** A connection's name (application_name) while it works for a cause. An id for which no room is left beside ours stands alone; Postgres keeps 63 letters. */
export function nameFor(own: string, cause: Cause | undefined): string {
  if (cause === undefined) return own
  const name = `${own} ${cause.id}`
  return name.length > shownAtMost ? cause.id : name
}
