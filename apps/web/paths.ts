/** Every address of the dashboard, by the page that stands there. The API serves the same document at each; `:name` is a segment. */
export const paths = {
  overview: '/',
  newScan: '/new',
  targets: '/targets',
  target: '/targets/:id',
  scans: '/scans',
  scan: '/scans/:id',
  diff: '/scans/:id/diff/:other',
  findings: '/findings',
  finding: '/findings/:id',
  risk: '/risk',
  certificates: '/certificates',
  schedules: '/schedules',
  schedule: '/schedules/:id',
  alerts: '/alerts',
  reports: '/reports',
  batches: '/batches',
  batch: '/batches/:id',
  account: '/account',
  organisation: '/organisation',
  audit: '/audit',
  queues: '/queues',
  jobs: '/queues/jobs',
  job: '/queues/jobs/:scan',
  instance: '/instance',
} as const satisfies Record<string, `/${string}`>

export type PageName = keyof typeof paths

/** The address of a page, with its segments and its query filled in; a query's null and '' are left out. */
export function pathTo(
  page: PageName,
  segments: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const path = paths[page].replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(segments[name] ?? ''))
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)] as [string, string]],
  )
  return asked.length === 0 ? path : `${path}?${new URLSearchParams(asked).toString()}`
}

/** What an address of the dashboard looks like: a path of `paths`, with or without a query or a fragment. */
export const pageAddress = new RegExp(
  `^(${Object.values(paths)
    .map((path) => path.replaceAll(/:\w+/g, '[^/?#]+'))
    .join('|')})([?#]|$)`,
)
