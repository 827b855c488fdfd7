import type { Decision, FindingState, Severity } from '#db/model/finding.ts'

/** So many findings that stand alike. */
export interface Alike {
  readonly state: FindingState
  readonly severity: Severity
  readonly decision: Decision
  readonly scanner: string
  readonly isRetested: boolean
  readonly findings: number
}

const sides = {
  state: ({ state }: Alike) => state,
  severity: ({ severity }: Alike) => severity,
  decision: ({ decision }: Alike) => decision,
  scanner: ({ scanner }: Alike) => scanner,
  retested: ({ isRetested }: Alike) => (isRetested ? ('true' as const) : ('false' as const)),
}
type Side = keyof typeof sides
const names = Object.keys(sides) as Side[]

export type Asked = { readonly [Name in Side]?: readonly string[] | undefined }
export type Facets = { readonly total: number } & {
  readonly [Name in Side]: { readonly value: ReturnType<(typeof sides)[Name]>; readonly findings: number }[]
}

/** How many there are in all, and by each value of each side: counted as if nothing were asked of that side itself. */
export function facetsOf(alike: readonly Alike[], asked: Asked): Facets {
  const matching = (but: Side | null) =>
    alike.filter((row) => names.every((name) => name === but || (asked[name]?.includes(sides[name](row)) ?? true)))
  const facet = (name: Side) =>
    [...Map.groupBy(matching(name), sides[name])].map(([value, rows]) => ({ value, findings: sum(rows) }))
  // Safe cast: each side is counted by its own values, which TypeScript cannot follow through the table.
  return { total: sum(matching(null)), ...Object.fromEntries(names.map((name) => [name, facet(name)])) } as Facets
}

const sum = (rows: readonly Alike[]) => rows.reduce((total, { findings }) => total + findings, 0)
