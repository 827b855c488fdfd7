export type State = 'open' | 'closed' | 'untold' | 'not-asked'

export interface Segment {
  readonly state: State
  /** In per cent of the whole time. */
  readonly from: number
  readonly to: number
  readonly since: string
}

/** A lane as pieces in which nothing changed: each run holds until the next, and the last until now. What nobody asked changes nothing that was known, and is shown as a gap. */
export function segmentsOf(runs: readonly { readonly at: string }[], states: readonly State[], now: number): Segment[] {
  const first = Date.parse(runs[0]?.at ?? '')
  const share = (at: number) => (100 * (at - first)) / Math.max(1, now - first)
  const pieces = states.map((state, i) => {
    const { at } = runs[i]!
    return { state, since: at, from: share(Date.parse(at)), to: share(Date.parse(runs[i + 1]?.at ?? '') || now) }
  })
  return pieces.reduce<Segment[]>((joined, piece) => {
    const last = joined.at(-1)
    return last?.state === piece.state ? [...joined.slice(0, -1), { ...last, to: piece.to }] : [...joined, piece]
  }, [])
}
