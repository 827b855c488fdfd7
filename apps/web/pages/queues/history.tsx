import { useLocation } from 'preact-iso/router'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Count } from '../../parts/marks.tsx'
import { Section, Tabs } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { number, utc } from '../../words/format.ts'
import { queues as words } from '../../words/queues.ts'
import { type Counted, endOf, slotsOf, spans } from './counts.ts'

type By = keyof typeof spans
const askMillis = 60_000
const heightPixels = 140
const middle = 92
const tallest = { up: 72, down: 24 }

/** How many scans finished and failed, by the hour or the day, as bars; the same as a table. */
export function History() {
  const { query } = useLocation()
  const by: By = query['by'] === 'day' ? 'day' : 'hour'
  const history = useAnswer(
    'GET /v1/instance/history',
    { query: { by, days: spans[by].days } },
    { everyMillis: askMillis },
  )
  return (
    <Section id="history" title={words.history} note={words.historyNote}>
      <Tabs
        label={words.byParts}
        tabs={(['hour', 'day'] as const).map((one) => ({
          label: words.by[one],
          href: `${pathTo('queues', {}, { ...query, by: one === 'hour' ? null : one })}#history`,
          isCurrent: one === by,
        }))}
      />
      <Answer of={history}>
        {({ counts }) => {
          const slots = slotsOf(counts, by, Date.now())
          return slots.every(isEmpty) ? (
            <p class="soft">{words.noHistory}</p>
          ) : (
            <figure class="chart">
              <Bars slots={slots} by={by} />
              <Legend />
              <details class="as-table">
                <summary>{common.asTable}</summary>
                <Counts slots={slots.filter((slot) => !isEmpty(slot)).toReversed()} by={by} />
              </details>
            </figure>
          )
        }}
      </Answer>
    </Section>
  )
}

const isEmpty = ({ at: _at, ...counts }: Counted) => Object.values(counts).every((count) => count === 0)

function Bars({ slots, by }: { readonly slots: readonly Counted[]; readonly by: By }) {
  const most = Math.max(1, ...slots.map(({ completed }) => completed), ...slots.map(({ failed }) => failed))
  const width = 100 / slots.length
  return (
    <svg class="plot" height={heightPixels} role="img" aria-label={words.historyChart(by)}>
      <line class="axis" x1="0" x2="100%" y1={middle} y2={middle} />
      {slots.map(({ at, completed, failed }, i) => (
        <g key={at}>
          <Bar
            x={i * width}
            width={width}
            y={middle - tall(completed, most, 'up')}
            height={tall(completed, most, 'up')}
            look="closed"
          />
          <Bar x={i * width} width={width} y={middle} height={tall(failed, most, 'down')} look="opened" />
        </g>
      ))}
      <text x="0" y="12">
        {number(most)}
      </text>
      <text x="0" y={heightPixels - 4}>
        {utc(slots[0]!.at, by)}
      </text>
      <text x="100%" y={heightPixels - 4} text-anchor="end">
        {utc(slots.at(-1)!.at, by)}
      </text>
    </svg>
  )
}

/** One of anything is seen beside a thousand. */
const tall = (n: number, most: number, way: keyof typeof tallest) =>
  n === 0 ? 0 : Math.max(2, (n / most) * tallest[way])

const Bar = ({
  x,
  width,
  y,
  height,
  look,
}: {
  readonly x: number
  readonly width: number
  readonly y: number
  readonly height: number
  readonly look: string
}) => (height === 0 ? null : <rect class={look} x={`${x}%`} width={`${width * 0.8}%`} y={y} height={height} />)

const Legend = () => (
  <ul class="legend">
    {(
      [
        ['closed', words.ended.completed],
        ['opened', words.ended.failed],
      ] as const
    ).map(([look, name]) => (
      <li key={look}>
        <svg aria-hidden="true">
          <rect class={look} width="100%" height="100%" />
        </svg>
        {name}
      </li>
    ))}
  </ul>
)

const ends = ['completed', 'failed', 'cancelled', 'refused'] as const

const Counts = ({ slots, by }: { readonly slots: readonly Counted[]; readonly by: By }) => (
  <Table
    caption={words.history}
    rows={slots}
    keyOf={({ at }) => at}
    columns={[
      { key: 'at', head: words.at[by], isHead: true, cell: ({ at }) => utc(at, by) },
      {
        key: 'accepted',
        head: words.accepted,
        isNumber: true,
        cell: (slot) => (
          <Count n={slot.accepted} href={pathTo('jobs', {}, { since: slot.at, until: endOf(slot, by) })} />
        ),
      },
      ...ends.map((end) => ({
        key: end,
        head: words.ended[end],
        isNumber: true,
        cell: (slot: Counted) => number(slot[end]),
      })),
    ]}
  />
)
