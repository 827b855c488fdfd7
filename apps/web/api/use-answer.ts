import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Asked } from '../../client/index.ts'
import { ask, type Operations } from './ask.ts'

export type Reading = Extract<keyof Operations, `GET ${string}`>

export interface Answered<Document> {
  /** The last that came, also while a newer one is asked for; undefined before the first. */
  readonly data: Document | undefined
  /** Of the last try; null after a good one. */
  readonly error: Error | null
  readonly isLoading: boolean
  readonly reload: () => void
}

export interface Looking {
  /** Asks again after so long, while the page is seen. */
  readonly everyMillis?: number | undefined
}

/** What was read lately, so that going back shows it at once, before it is asked for again. */
const seen = new Map<string, unknown>()
const seenAtMost = 60

function remember(key: string, document: unknown): void {
  seen.delete(key)
  seen.set(key, document)
  if (seen.size > seenAtMost) seen.delete(seen.keys().next().value!)
}

/** What the API says, kept while a newer answer is on its way; null as `input` asks nothing. Coming back to the tab asks again. */
export function useAnswer<Name extends Reading>(
  name: Name,
  input: Asked<Name> | null,
  { everyMillis }: Looking = {},
): Answered<Operations[Name]['answer']> {
  type Document = Operations[Name]['answer']
  const key = input === null ? null : `${name} ${JSON.stringify(input)}`
  const [state, setState] = useState<{ key: string | null; data?: Document; error: Error | null; isLoading: boolean }>({
    key: null,
    error: null,
    isLoading: true,
  })
  const [round, setRound] = useState(0)
  const reload = useCallback(() => setRound((round) => round + 1), [])
  const asked = useRef(input)
  asked.current = input

  useEffect(() => {
    if (key === null || asked.current === null) return
    const control = new AbortController()
    setState((before) => ({ ...before, isLoading: true }))
    ask(name, asked.current, { signal: control.signal }).then(
      (data) => {
        remember(key, data)
        setState({ key, data, error: null, isLoading: false })
      },
      (error: Error) => {
        if (!control.signal.aborted) setState((before) => ({ ...before, key, error, isLoading: false }))
      },
    )
    return () => control.abort()
  }, [key, round])

  useEffect(() => {
    if (key === null) return
    const look = () => {
      if (document.visibilityState === 'visible') reload()
    }
    document.addEventListener('visibilitychange', look)
    const timer = everyMillis === undefined ? undefined : setInterval(look, everyMillis)
    return () => {
      document.removeEventListener('visibilitychange', look)
      clearInterval(timer)
    }
  }, [key, everyMillis])

  const isCurrent = state.key === key
  const data = isCurrent && state.data !== undefined ? state.data : (seen.get(key ?? '') as Document | undefined)
  return { data, error: isCurrent ? state.error : null, isLoading: !isCurrent || state.isLoading, reload }
}

/** Has all that is shown asked for anew, as coming back to the tab does: for an act that many parts of a page show. */
export const lookAgain = (): boolean => document.dispatchEvent(new Event('visibilitychange'))
