import type { Db } from '#db/connect.ts'
import type { Endpoint } from '#workers/network/door.ts'

/** As much of the settings as is looked at. */
export interface DoctorSettings {
  readonly dataDir: string
  readonly masterKeyFile: string
  readonly redisUrl: string | null
  readonly api: { readonly tls: { readonly certFile: string } | null }
  readonly mail: { readonly smtpUrl: string | null }
  readonly scanning: {
    readonly allow: readonly string[]
    readonly dnsServers: readonly Endpoint[]
    readonly canary: Endpoint | null
  }
}

export interface Patient {
  readonly settings: DoctorSettings
  readonly databaseUrl: string
  /** Opened, and not necessarily answering. */
  readonly db: Db
  readonly signal: AbortSignal
}

/** `warning`: it works, and will or may not. `not-told`: what would tell was not there. */
export type Standing = 'well' | 'warning' | 'wrong' | 'not-told'

export interface Diagnosis {
  readonly standing: Standing
  /** One sentence. */
  readonly said: string
  /** What to do; null where there is nothing. */
  readonly mend: string | null
}

export interface Check {
  /** What is looked at, in a word or two. */
  readonly name: string
  /** Never throws: what cannot be asked is a diagnosis. */
  run(patient: Patient): Promise<Diagnosis>
}

export const well = (said: string): Diagnosis => ({ standing: 'well', said, mend: null })
export const warning = (said: string, mend: string): Diagnosis => ({ standing: 'warning', said, mend })
export const wrong = (said: string, mend: string): Diagnosis => ({ standing: 'wrong', said, mend })
export const notTold = (said: string): Diagnosis => ({ standing: 'not-told', said, mend: null })
