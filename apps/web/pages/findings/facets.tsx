import type { Operations } from '../../../client/index.ts'
import type { Answered } from '../../api/use-answer.ts'
import { Icon } from '../../parts/icon.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as words } from '../../words/finding.ts'
import { number } from '../../words/format.ts'
import { decisions, type Filter, severities, states, toggled } from './filter.ts'

type Counts = Operations['GET /v1/findings/counts']['answer']

interface Choice {
  readonly label: string
  readonly n: number
  /** What the filter becomes. */
  readonly part: Partial<Filter>
  readonly isChosen: boolean
  readonly isUnknown?: boolean
}

/** How many findings each side of them has, each number the address of just these; a chosen one leads back. */
export const Facets = ({ filter, counts }: { readonly filter: Filter; readonly counts: Answered<Counts> }) => (
  <details class="facets as-table" open={matchMedia('(width >= 48rem)').matches}>
    <summary>
      <Icon name="chevron-right" />
      {words.narrow}
    </summary>
    <dl>
      {groupsOf(filter, counts.data).map(({ name, choices }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {choices.map(({ label, n, part, isChosen, isUnknown = false }) => (
              <a
                key={label}
                class={n === 0 ? 'facet none' : isUnknown ? 'facet unknown' : 'facet'}
                href={pathTo('findings', {}, { ...filter, ...part })}
                aria-current={isChosen ? 'true' : undefined}
              >
                {label} <b>{number(n)}</b>
              </a>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  </details>
)

function groupsOf(filter: Filter, counts: Counts | undefined): { name: string; choices: readonly Choice[] }[] {
  const of = (side: 'state' | 'severity' | 'decision' | 'retested' | 'scanner', value: string) =>
    counts?.[side].find((one) => one.value === value)?.findings ?? 0
  const single = (name: 'decision' | 'scanner' | 'retested', value: string, label: string): Choice => ({
    label,
    n: of(name, value),
    part: { [name]: filter[name] === value ? '' : value },
    isChosen: filter[name] === value,
  })
  const scanners = [...new Set([...(counts?.scanner ?? []).map(({ value }) => value), filter.scanner])].sort()
  return [
    {
      name: words.severity,
      choices: severities.map((value) => ({
        label: common.severity[value],
        n: of('severity', value),
        part: { severity: toggled(filter.severity, value, severities) },
        isChosen: filter.severity.split(',').includes(value),
      })),
    },
    {
      name: common.state,
      choices: [
        {
          label: words.notFixed,
          n: of('state', 'open') + of('state', 'regressed'),
          part: { state: '' },
          isChosen: filter.state === '',
        },
        ...states.map((value) => ({
          label: common.findingState[value],
          n: of('state', value),
          part: { state: filter.state === value ? '' : value },
          isChosen: filter.state === value,
        })),
        {
          label: words.allStates,
          n: states.reduce((sum, value) => sum + of('state', value), 0),
          part: { state: 'all' },
          isChosen: filter.state === 'all',
        },
      ],
    },
    { name: words.decision, choices: decisions.map((value) => single('decision', value, words.decisions[value])) },
    {
      name: words.retest,
      choices: [
        single('retested', 'true', words.retested),
        { ...single('retested', 'false', words.notRetested), isUnknown: true },
      ],
    },
    {
      name: words.scanner,
      choices: scanners.filter((value) => value !== '').map((value) => single('scanner', value, value)),
    },
  ]
}
