import type { Run } from '../told.ts'

interface Registration {
  readonly domain: string
  readonly outcome: string
  readonly source: 'rdap' | 'whois' | null
  readonly servers: readonly { readonly protocol: string; readonly server: string; readonly answer: string }[]
  readonly registrar: { readonly name: string } | null
  readonly createdAt: string | null
  readonly updatedAt: string | null
  readonly expiresAt: string | null
  readonly statuses: readonly string[] | null
  readonly nameServers: readonly string[] | null
  readonly dnssec: boolean | null
  readonly unknown: readonly { readonly field: string; readonly reason: string; readonly said?: string }[]
}

export const registration = (result: NonNullable<Run['result']>): Registration => result as unknown as Registration

/** Why a fact is not known; null where nothing says so. */
export const whyUnknown = ({ unknown }: Registration, field: string): string | null =>
  unknown.find((one) => one.field === field)?.reason ?? null
