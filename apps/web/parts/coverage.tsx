/** Answered is solid, what could not be told is hatched, what was not asked is hollow. The counts stand beside it. */
export function CoverageBar({
  answered,
  untold,
  unasked,
}: {
  readonly answered: number
  readonly untold: number
  readonly unasked: number
}) {
  const all = Math.max(1, answered + untold + unasked)
  const share = (n: number) => `${(100 * n) / all}%`
  return (
    <svg class="coverage" aria-hidden="true">
      <rect class="answered" x="0" y="0" height="100%" width={share(answered)} />
      {untold === 0 ? null : (
        <rect class="untold" fill="url(#hatch)" x={share(answered)} y="0.5" height="9" width={share(untold)} />
      )}
      {unasked === 0 ? null : (
        <rect class="unasked" x={share(answered + untold)} y="0.5" height="9" width={share(unasked)} />
      )}
    </svg>
  )
}

/** The hatching that charts refer to, once in a page. */
export const ChartDefinitions = () => (
  <svg class="defs" aria-hidden="true">
    <defs>
      <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-ground" width="5" height="5" />
        <line class="hatch-line" x1="0" y1="0" x2="0" y2="5" />
      </pattern>
    </defs>
  </svg>
)
