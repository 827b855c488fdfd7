import { useState } from 'preact/hooks'
import type { Asked } from '../../client/index.ts'
import { stepUp } from '../shell/step-up.tsx'
import { ask, type Operations, Problem } from './ask.ts'

export interface Act<Name extends keyof Operations> {
  readonly isBusy: boolean
  /** Of the last try. */
  readonly error: Error | null
  /** Null where it was refused or nobody answered: `error` says which. */
  run(input: Asked<Name>): Promise<{ readonly answer: Operations[Name]['answer'] } | null>
}

/** Something that changes the world: never twice at once, and sent again under the same key where an answer got lost. What wants a second factor asks for it. */
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
        return { answer: await askOrStepUp(name, input) }
      } catch (error) {
        setError(error as Error)
        return null
      } finally {
        setBusy(false)
      }
    },
  }
}

async function askOrStepUp<Name extends keyof Operations>(
  name: Name,
  input: Asked<Name>,
): Promise<Operations[Name]['answer']> {
  try {
    return await ask(name, input)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'step-up-required' || !(await stepUp())) throw error
    return ask(name, input)
  }
}
