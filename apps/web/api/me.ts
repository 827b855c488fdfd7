import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Operations } from './ask.ts'

export type Me = Operations['GET /v1/me']['answer']

const context = createContext<Me | null>(null)
export const MeProvider = context.Provider

/** Who is signed in: pages stand below the shell, which asks first. */
export const useMe = (): Me => useContext(context)!

/** Whether this person may, if need be after a step-up, which is asked for then; what nobody may do here is not offered. */
export const useMay = (): ((permission: string) => boolean) => {
  const { permissions, behindStepUp } = useMe()
  return (permission) => permissions.includes(permission) || behindStepUp.includes(permission)
}
