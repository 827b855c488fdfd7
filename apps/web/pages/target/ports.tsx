import type { Operations } from '../../../client/index.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { date } from '../../words/format.ts'
import { targets as words } from '../../words/targets.ts'
import { type Segment, segmentsOf, type State } from './segments.ts'
import type { Target } from './target.tsx'

type Ports = Operations['GET /v1/targets/{id}/ports']['answer']

const chips = { open: 'open', closed: 'done', untold: 'unknown', 'not-asked': 'stopped' } as const

/** The ports that were ever open, run by run: solid is known, hatched could not be told. */
export function PortsOverTime({ target }: { readonly target: Target }) {
  const ports = useAnswer('GET /v1/targets/{id}/ports', { path: { id: target.id }, query: { runs: 60 } })
  return (
    <Section id="ports" title={words.portsTitle} note={words.portsNote}>
      <Answer of={ports}>
        {(told) =>
          told.runs.length === 0 ? (
            <Empty icon="scans" title={words.portsNever}>
              {words.portsNeverText}
            </Empty>
          ) : told.lanes.length === 0 ? (
            <p>
              {words.portsNone(told.runs.length)}{' '}
              <a href={pathTo('scan', { id: told.runs.at(-1)!.scanId }, { tab: 'coverage' })}>{words.portsAsked}</a>
            </p>
          ) : (
            <Chart told={told} />
          )
        }
      </Answer>
    </Section>
  )
}

function Chart({ told: { runs, lanes, more } }: { readonly told: Ports }) {
  const now = Date.now()
  const rows = lanes.map((lane) => ({ ...lane, segments: segmentsOf(runs, lane.states, now) }))
  const last = runs.at(-1)!
  return (
    <figure class="chart">
      <figcaption>
        <ul class="legend">
          {(['open', 'closed', 'untold', 'not-asked'] as const).map((state) => (
            <li key={state}>
              <svg class="plot" aria-hidden="true">
                <Piece segment={{ state, from: 0, to: 100, since: '' }} y={0} height={10} />
              </svg>
              {words.portLegend[state]}
            </li>
          ))}
        </ul>
      </figcaption>
      <ul class="port-lanes" aria-label={words.portsTitle}>
        {rows.map(({ subject, note, segments }) => (
          <li key={subject}>
            <span>
              <b>{subject.replace('/tcp', '')}</b> {note === null ? null : <span class="faint s">{note}</span>}
            </span>
            <svg class="plot" height="26" aria-hidden="true">
              {segments.map((segment) => (
                <Piece key={segment.from} segment={segment} y={7} height={12} />
              ))}
            </svg>
            <span class={segments.at(-1)!.state === 'untold' ? 's untold-text' : 's'}>
              {words.portStates[segments.at(-1)!.state]}
            </span>
          </li>
        ))}
        <li class="port-axis" aria-hidden="true">
          <span />
          <svg class="plot" height="20">
            <text x="0" y="13">
              {date(runs[0]!.at)}
            </text>
            <text x="100%" y="13" text-anchor="end">
              {words.today}
            </text>
          </svg>
          <span />
        </li>
      </ul>
      <p class="s soft">
        {words.portsLast} <a href={pathTo('scan', { id: last.scanId })}>{<When at={last.at} />}</a>
        {more === 0 ? null : <> · {words.portsMore(more)}</>}
      </p>
      <details class="as-table">
        <summary>
          <Icon name="chevron-right" />
          {common.asTable}
        </summary>
        <Table
          caption={words.portsTitle}
          rows={rows}
          keyOf={({ subject }) => subject}
          columns={[
            { key: 'port', head: words.port, isHead: true, cell: ({ subject }) => subject },
            { key: 'note', head: words.service, cell: ({ note }) => (note === null ? '–' : <Theirs text={note} />) },
            {
              key: 'now',
              head: words.lastAnswer,
              cell: ({ segments }) => {
                const { state } = segments.at(-1)!
                return (
                  <Chip kind={chips[state]} isPlain>
                    {words.portStates[state]}
                  </Chip>
                )
              },
            },
            { key: 'since', head: words.since, cell: ({ segments }) => <When at={segments.at(-1)!.since} as="date" /> },
            {
              key: 'runs',
              head: words.portRuns,
              cell: ({ states }) =>
                words.portCounts(
                  states.filter((state) => state === 'open').length,
                  states.filter((state) => state === 'closed').length,
                  states.filter((state) => state === 'untold').length,
                ),
            },
          ]}
        />
      </details>
    </figure>
  )
}

const draw: Readonly<Record<State, { readonly className: string; readonly fill?: string } | null>> = {
  open: { className: 'solid' },
  closed: { className: 'shut' },
  untold: { className: 'untold', fill: 'url(#hatch)' },
  'not-asked': null,
}

function Piece({
  segment: { state, from, to },
  y,
  height,
}: {
  readonly segment: Segment
  readonly y: number
  readonly height: number
}) {
  const how = draw[state]
  if (how === null) return null
  const [x, width] = [`${from}%`, `${Math.max(0.4, to - from)}%`]
  return state === 'closed' ? (
    <line class={how.className} x1={x} x2={`${to}%`} y1={y + height / 2} y2={y + height / 2} />
  ) : (
    <rect class={how.className} fill={how.fill} x={x} y={y} width={width} height={height} rx="2" />
  )
}
