import { useState } from 'preact/hooks'
import type { Asked } from '../../client/index.ts'
import { ask, type Operations } from './ask.ts'

export interface Act<Name extends keyof Operations> {
  readonly isBusy: boolean
  /** Of the last try. */
  readonly error: Error | null
  /** Null where it was refused or nobody answered: `error` says which. */
  run(input: Asked<Name>): Promise<{ readonly answer: Operations[Name]['answer'] } | null>
}

/** Something that changes the world: never twice at once, and sent again under the same key where an answer got lost. */
export function useAct<Name extends keyof Operations>(name: Name): Act<Name> {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  return {
    isBusy,
    error,
    run: async (input) => {
      if (isBusy) return null
      setBusy(true)
      setError(null)
      try {
        return { answer: await ask(name, input) }
      } catch (error) {
        setError(error as Error)
        return null
      } finally {
        setBusy(false)
      }
    },
  }
}
