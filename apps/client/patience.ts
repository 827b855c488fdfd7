import { NoAnswer, Problem } from './errors.ts'
import { sleep } from './sleep.ts'

export interface Patience {
  /** How long an API that answers, but cannot serve now, is asked again. */
  readonly busyMillis: number
  /** How long an API that does not answer is asked again. */
  readonly silentMillis: number
  readonly signal?: AbortSignal | undefined
}

const firstPauseMillis = 200
const longestPauseMillis = 5000

/** Asks until there is an answer: a busy API is given the time it asks for, a silent one longer and longer pauses. @throws what the last try threw */
export async function askPatiently<Answer>(ask: () => Promise<Answer>, patience: Patience): Promise<Answer> {
  const begin = performance.now()
  for (let tries = 0; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      const allowedMillis = patienceFor(error, patience)
      const pauseMillis = pauseAfter(error, tries)
      if (performance.now() - begin + pauseMillis > allowedMillis) throw error
      await sleep(pauseMillis, patience.signal)
    }
  }
}

function patienceFor(error: unknown, { busyMillis, silentMillis }: Patience): number {
  if (error instanceof NoAnswer) return silentMillis
  return error instanceof Problem && isForLater(error) ? busyMillis : 0
}

/** What asking again may change; 409 only where an earlier try with our own Idempotency-Key is still being answered. */
const isForLater = ({ status, code }: Problem) => code === 'request-in-progress' || status === 429 || status >= 500

function pauseAfter(error: unknown, tries: number): number {
  const backoff = Math.min(longestPauseMillis, firstPauseMillis * 2 ** tries)
  const asked = error instanceof Problem ? error.retryAfterMillis : null
  return asked === null ? backoff : Math.max(firstPauseMillis, asked)
}
