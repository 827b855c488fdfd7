import type { Operations } from '../../../client/index.ts'
import { useLocation } from 'preact-iso/router'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { date, number } from '../../words/format.ts'
import { overview as words } from '../../words/overview.ts'

type Day = Operations['GET /v1/trends']['answer']['days'][number]

const spans = [30, 90] as const

const sums = (days: readonly Day[]): [opened: number, fixed: number] => [
  days.reduce((sum, { opened }) => sum + opened, 0),
  days.reduce((sum, { fixed }) => sum + fixed, 0),
]

const heightPixels = 140
const middle = 80

/** Findings opened and fixed, day by day, as bars; the same as a table. */
export function Trend() {
  const { query } = useLocation()
  const span = spans.find((span) => String(span) === query['days']) ?? spans[0]
  const trends = useAnswer('GET /v1/trends', { query: { days: span } })
  return (
    <Section
      id="trend"
      title={words.trend(span)}
      note={trends.data === undefined ? undefined : words.trendSum(...sums(trends.data.days))}
      end={
        <span class="links">
          {spans.map((one) => (
            <a key={one} href={pathTo('overview', {}, { days: one })} aria-current={one === span ? 'true' : undefined}>
              {words.days(one)}
            </a>
          ))}
        </span>
      }
    >
      <Answer of={trends}>
        {({ days }) => (
          <figure class="chart">
            <Bars days={days} label={`${words.trend(span)}. ${words.trendNote}. ${words.trendSum(...sums(days))}`} />
            <ul class="legend">
              <li>
                <svg aria-hidden="true">
                  <rect class="opened" width="100%" height="100%" />
                </svg>
                {words.openedHead}
              </li>
              <li>
                <svg aria-hidden="true">
                  <rect class="closed" width="100%" height="100%" />
                </svg>
                {words.fixedHead}
              </li>
            </ul>
            <details class="as-table">
              <summary>
                <Icon name="chevron-right" />
                {common.asTable}
              </summary>
              <Table
                caption={`${words.trend(span)}. ${words.trendNote}`}
                rows={days
                  .filter(({ opened, fixed }, i) => opened > 0 || fixed > 0 || i === days.length - 1)
                  .toReversed()}
                keyOf={({ day }) => day}
                columns={[
                  { key: 'day', head: words.day, isHead: true, cell: ({ day }) => date(`${day}T12:00:00.000Z`) },
                  { key: 'opened', head: words.openedHead, isNumber: true, cell: ({ opened }) => number(opened) },
                  { key: 'fixed', head: words.fixedHead, isNumber: true, cell: ({ fixed }) => number(fixed) },
                  { key: 'open', head: words.openHead, isNumber: true, cell: ({ open }) => number(open) },
                ]}
              />
            </details>
          </figure>
        )}
      </Answer>
    </Section>
  )
}

function Bars({ days, label }: { readonly days: readonly Day[]; readonly label: string }) {
  const most = Math.max(1, ...days.map(({ opened, fixed }) => Math.max(opened, fixed)))
  const width = 100 / days.length
  const tall = (n: number) => (n / most) * 56
  return (
    <svg class="plot" height={heightPixels} role="img" aria-label={label}>
      <line class="axis" x1="0" x2="100%" y1={middle} y2={middle} />
      {days.map(({ day, opened, fixed }, i) => (
        <g key={day}>
          {opened === 0 ? null : (
            <rect
              class="opened"
              x={`${i * width}%`}
              width={`${width * 0.8}%`}
              y={middle - tall(opened)}
              height={tall(opened)}
            />
          )}
          {fixed === 0 ? null : (
            <rect class="closed" x={`${i * width}%`} width={`${width * 0.8}%`} y={middle} height={tall(fixed)} />
          )}
        </g>
      ))}
      <text x="0" y="14">
        {number(most)}
      </text>
      <text x="0" y={heightPixels - 2}>
        {date(`${days[0]?.day ?? ''}T12:00:00.000Z`)}
      </text>
      <text x="100%" y={heightPixels - 2} text-anchor="end">
        {date(`${days.at(-1)?.day ?? ''}T12:00:00.000Z`)}
      </text>
    </svg>
  )
}
