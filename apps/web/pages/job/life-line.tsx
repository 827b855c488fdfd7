import { Theirs } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { pathTo } from '../../paths.ts'
import { reasonOf } from '../../words/findings.ts'
import { dateAndTime, duration, exact, later, number, preciseTime } from '../../words/format.ts'
import { jobs as words } from '../../words/jobs.ts'
import { at, type Axis, axisOf, isEnd, type Phase, phasesOf, sinceAsked, type Step } from './life.ts'

const stepWords: Readonly<Record<string, string>> = words.steps
const barTop = 22
const barHeight = 18
const heightPixels = 76

/** A job's life on one line of time, and each step of it in a table. */
export function LifeLine({ steps }: { readonly steps: readonly Step[] }) {
  const axis = axisOf(steps, Date.now())
  return (
    <Section id="life" title={words.life} note={words.lifeNote}>
      <figure class="chart">
        <Line steps={steps} axis={axis} />
        <Legend phases={phasesOf(steps, axis)} />
      </figure>
      <Steps steps={steps} />
    </Section>
  )
}

function Line({ steps, axis }: { readonly steps: readonly Step[]; readonly axis: Axis }) {
  const [began, ended] = [new Date(axis.beganAt).toISOString(), new Date(axis.endedAt).toISOString()]
  const millis = axis.endedAt - axis.beganAt
  const length = millis < 1000 ? later(millis).slice(1) : duration(millis)
  return (
    <svg
      class="plot life-line"
      height={heightPixels}
      role="img"
      aria-label={words.lifeChart(dateAndTime(began), length)}
    >
      {phasesOf(steps, axis).map(({ kind, from, to }, i) => (
        <rect
          key={i}
          class={kind}
          {...(kind === 'silent' ? { fill: 'url(#hatch)' } : {})}
          x={`${from}%`}
          width={`${to - from}%`}
          y={barTop}
          height={barHeight}
        />
      ))}
      <line class="axis" x1="0" x2="100%" y1={barTop + barHeight + 0.5} y2={barTop + barHeight + 0.5} />
      {steps
        .filter((step) => Date.parse(step.at) <= axis.endedAt)
        .map((step, i) => (
          <line
            key={i}
            class={`mark ${lookOf(step)}`}
            x1={`${at(axis, Date.parse(step.at))}%`}
            x2={`${at(axis, Date.parse(step.at))}%`}
            y1={barTop - 6}
            y2={barTop + barHeight + 6}
          />
        ))}
      <text x="0" y="11">
        {length}
      </text>
      <text x="0" y={heightPixels - 8}>
        {preciseTime(began)}
      </text>
      <text x="100%" y={heightPixels - 8} text-anchor="end">
        {preciseTime(ended)}
      </text>
    </svg>
  )
}

const phaseKinds = ['waits', 'runs', 'rests', 'silent'] as const

const Legend = ({ phases }: { readonly phases: readonly Phase[] }) => (
  <ul class="legend">
    {phaseKinds
      .filter((kind) => phases.some((phase) => phase.kind === kind))
      .map((kind) => (
        <li key={kind}>
          <svg class="life-line" aria-hidden="true">
            <rect class={kind} {...(kind === 'silent' ? { fill: 'url(#hatch)' } : {})} width="100%" height="100%" />
          </svg>
          {words.phases[kind]}
        </li>
      ))}
  </ul>
)

/** A symbol for what it means; its words stand beside it. */
const icons: Readonly<Record<string, string>> = {
  claimed: 'running',
  'lease-ran-out': 'unknown',
  'write-refused': 'refused',
  'handed-back': 'retry',
  paused: 'pause',
  'queue-paused': 'pause',
  'queue-resumed': 'queued',
  asked: 'plus',
  queued: 'queued',
  'cancel-asked': 'stopped',
  'run-inconclusive': 'unknown',
  'run-failed': 'failed',
  'run-refused': 'refused',
  'run-cancelled': 'stopped',
  failed: 'failed',
  refused: 'refused',
  cancelled: 'stopped',
  'act-retry': 'retry',
  'act-cancel': 'stopped',
}

function lookOf({ kind }: Step): string {
  if (kind === 'lease-ran-out' || kind === 'run-inconclusive') return 'unknown'
  if (kind === 'write-refused' || kind === 'run-failed' || kind === 'failed') return 'bad'
  return isEnd({ kind }) ? 'end' : ''
}

const Steps = ({ steps }: { readonly steps: readonly Step[] }) => (
  <Table
    caption={words.life}
    className="steps"
    rows={steps.map((step, i) => ({ step, i }))}
    keyOf={({ i }) => String(i)}
    columns={[
      {
        key: 'what',
        head: words.step,
        isHead: true,
        cell: ({ step }) => (
          <span class={`step ${lookOf(step)}`}>
            <Icon name={icons[step.kind] ?? 'done'} />
            <span>
              {stepWords[step.kind] ?? step.kind.replaceAll('-', ' ')}
              {step.scanner === null ? null : (
                <>
                  {' '}
                  <span class="tag">{step.scanner}</span>
                </>
              )}
            </span>
          </span>
        ),
      },
      {
        key: 'when',
        head: words.when,
        className: 'mono nowrap',
        cell: ({ step }) => (
          <time dateTime={step.at} title={exact(step.at)}>
            {preciseTime(step.at)}
          </time>
        ),
      },
      {
        key: 'after',
        head: words.after,
        isNumber: true,
        className: 'nowrap',
        cell: ({ step }) => later(sinceAsked(steps, step)),
      },
      {
        key: 'attempt',
        head: words.attempt,
        isNumber: true,
        cell: ({ step }) => (step.attempt === null ? null : number(step.attempt)),
      },
      { key: 'who', head: words.who, cell: ({ step }) => step.worker ?? step.workerId?.slice(-8) ?? null },
      { key: 'details', head: words.details, cell: ({ step }) => detailsOf(step) },
    ]}
  />
)

const detailsOf = ({ reason, detail, madeId }: Step) =>
  (reason === null || reason === 'done') && detail === null && madeId === null ? null : (
    <>
      {reason === null || reason === 'done' ? null : reasonOf(reason)}
      {detail === null ? null : (
        <span class="sub mono">
          <Theirs text={detail} />
        </span>
      )}
      {madeId === null ? null : <a href={pathTo('job', { scan: madeId })}>{words.madeJob}</a>}
    </>
  )
