import type { Asked } from '../../../client/index.ts'

type Query = NonNullable<Asked<'GET /v1/instance/scans'>['query']>
export type ScanFilter = Asked<'POST /v1/instance/scans/preview'>['body']['filter']

export const statuses = ['queued', 'running', 'completed', 'failed', 'cancelled', 'refused'] as const
export const lanes = ['interactive', 'scheduled', 'bulk'] as const
export const retries = ['none', 'waits', 'told', 'failed'] as const
export const hours = [1, 24, 168, 720] as const

/** The parts of an address that say which jobs are shown; all are texts, '' for what is not said. */
export const filterNames = [
  'target',
  'error',
  'account',
  'requestId',
  'status',
  'lane',
  'failedHours',
  'retry',
  'cause',
  'organisationId',
  'reason',
  'since',
  'until',
] as const
export type FilterName = (typeof filterNames)[number]
export type Filter = Readonly<Record<FilterName, string>>

/** Those that a link sets and no field shows: they can be taken away. */
export const linkedNames = ['cause', 'retry', 'organisationId', 'reason', 'since', 'until'] as const

export const filterOf = (query: Readonly<Record<string, string>>): Filter =>
  Object.fromEntries(filterNames.map((name) => [name, query[name] ?? ''])) as Filter

const said = (filter: Filter) => Object.entries(filter).filter(([, value]) => value !== '')

/** What the API is asked; what the address says wrongly is left to the API to refuse. */
export const askedBy = (filter: Filter): Query => Object.fromEntries(said(filter)) as Query

/** The same scans as an act names them; null where nothing is said, which no act is for. */
export function namedBy(filter: Filter): ScanFilter | null {
  const { failedHours, ...rest } = Object.fromEntries(said(filter))
  const named = { ...rest, ...(failedHours === undefined ? {} : { failedHours: Number(failedHours) }) }
  return Object.keys(named).length === 0 ? null : named
}
