import type { Asked } from '../../../client/index.ts'
import { type Filter as FilterOf, filterFrom, saidOf } from '../../filter.ts'

type Query = NonNullable<Asked<'GET /v1/instance/scans'>['query']>
export type ScanFilter = Asked<'POST /v1/instance/scans/preview'>['body']['filter']

export const statuses = ['queued', 'running', 'completed', 'failed', 'cancelled', 'refused'] as const
export const lanes = ['interactive', 'scheduled', 'bulk'] as const
export const retries = ['none', 'waits', 'told', 'failed'] as const
export const hours = [1, 24, 168, 720] as const

/** The parts of an address that say which jobs are shown. */
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
export type Filter = FilterOf<FilterName>

/** Those that a link sets and no field shows: they can be taken away. */
export const linkedNames = ['cause', 'retry', 'organisationId', 'reason', 'since', 'until'] as const

export const filterOf = (query: Readonly<Record<string, string>>): Filter => filterFrom(filterNames, query)

export const askedBy = (filter: Filter): Query => saidOf(filter)

/** The same scans as an act names them; null where nothing is said, which no act is for. */
export function namedBy(filter: Filter): ScanFilter | null {
  const { failedHours, ...rest } = saidOf(filter)
  const named = { ...rest, ...(failedHours === undefined ? {} : { failedHours: Number(failedHours) }) }
  return Object.keys(named).length === 0 ? null : named
}
