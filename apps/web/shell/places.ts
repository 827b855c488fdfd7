import type { Me } from '../api/me.ts'
import { type PageName, paths } from '../paths.ts'
import type { shell } from '../words/shell.ts'

export interface Place {
  readonly page: keyof typeof shell.pages & PageName
  readonly group: keyof typeof shell.groups
  /** The second key after `g`. */
  readonly key: string
  /** Whom it is for; everybody when left out. */
  readonly isFor?: (me: Me) => boolean
}

const may =
  (permission: string) =>
  ({ permissions }: Me) =>
    permissions.includes(permission)
const runsInstance = ({ instanceRole }: Me) => instanceRole !== null

/** The navigation, from top to bottom. */
export const places: readonly Place[] = [
  { page: 'overview', group: 'watch', key: 'o' },
  { page: 'targets', group: 'watch', key: 't' },
  { page: 'scans', group: 'watch', key: 's' },
  { page: 'findings', group: 'watch', key: 'f' },
  { page: 'risk', group: 'watch', key: 'x' },
  { page: 'certificates', group: 'watch', key: 'c' },
  { page: 'schedules', group: 'watch', key: 'd' },
  { page: 'batches', group: 'watch', key: 'l' },
  { page: 'alerts', group: 'tell', key: 'a' },
  { page: 'reports', group: 'tell', key: 'r' },
  { page: 'queues', group: 'run', key: 'q', isFor: runsInstance },
  { page: 'instance', group: 'run', key: 'i', isFor: runsInstance },
  { page: 'audit', group: 'run', key: 'p', isFor: may('audit:read') },
  { page: 'organisation', group: 'run', key: 'm' },
  { page: 'account', group: 'run', key: 'k' },
]

export const placesFor = (me: Me): readonly Place[] => places.filter(({ isFor }) => isFor === undefined || isFor(me))

/** Whether a path lies at this place or below it. */
export const isAt = (path: string, { page }: Place): boolean =>
  page === 'overview' ? path === '/' : path === paths[page] || path.startsWith(`${paths[page]}/`)
