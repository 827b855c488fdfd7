interface Run {
  readonly at: string
  readonly local: string
  readonly blackout: string | null
}

export type Cell =
  | { readonly kind: 'run'; readonly run: Run; readonly day: string; readonly time: string; readonly offset: string }
  | { readonly kind: 'turnover'; readonly from: string; readonly to: string }

/** Runs as cells, with one more wherever the zone's offset from UTC changes between two of them. */
export function cellsOf(runs: readonly Run[]): Cell[] {
  return runs.flatMap((run, i): Cell[] => {
    const offset = offsetOf(run.local)
    const before = i === 0 ? offset : offsetOf(runs[i - 1]!.local)
    const cell: Cell = { kind: 'run', run, day: run.local.slice(0, 10), time: run.local.slice(11, 16), offset }
    return before === offset ? [cell] : [{ kind: 'turnover', from: before, to: offset }, cell]
  })
}

/** `+01:00`, or `Z`. */
const offsetOf = (local: string) => /(Z|[+-]\d\d:\d\d)$/.exec(local)?.[1] ?? ''

/** `UTC+1`, `UTC+5:30`: no longer than it must be. */
export function shortOffset(offset: string): string {
  const [, sign = '', hours = '0', minutes = '00'] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? []
  const rest = minutes === '00' ? '' : `:${minutes}`
  return Number(hours) === 0 && rest === '' ? 'UTC' : `UTC${sign === '-' ? '−' : sign}${Number(hours)}${rest}`
}
