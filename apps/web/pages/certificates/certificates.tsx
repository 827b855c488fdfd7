import './style.css'
import { useLocation } from 'preact-iso/router'
import type { Operations } from '../../../client/index.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { Empty, Page, Section, Tabs } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { certificates as words } from '../../words/certificates.ts'
import { date } from '../../words/format.ts'
import { language } from '../../words/language.ts'
import { shell } from '../../words/shell.ts'
import { type Axis, at, axisOf, byMonth, daysLeft, monthsOn, needsSomebody, outside } from './lifetimes.ts'
import { NotRetested, NotRetestedChip } from './not-retested.tsx'
import { ServedCertificates } from './served.tsx'

type Expiry = Operations['GET /v1/expiries']['answer']['expiries'][number]
const tabs = ['certificates', 'registrations', 'served'] as const

export default function Certificates() {
  const { query } = useLocation()
  const tab = tabs.find((tab) => tab === query['of']) ?? 'certificates'
  return (
    <Page title={shell.pages.certificates}>
      <Tabs
        label={words.parts}
        tabs={tabs.map((one) => ({
          label: words.tabs[one],
          href: pathTo('certificates', {}, { of: one === 'certificates' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'served' ? <ServedCertificates /> : <Ends key={tab} tab={tab} />}
    </Page>
  )
}

/** What ends: certificates on one axis of time, registrations in a calendar, both in numbers. */
function Ends({ tab }: { readonly tab: 'certificates' | 'registrations' }) {
  const pages = usePages('GET /v1/expiries', { query: { of: tab, limit: 100 } }, ({ expiries }) => expiries)
  const now = Date.now()
  return (
    <Rows
      of={pages}
      empty={
        <Empty icon="certificates" title={tab === 'certificates' ? words.emptyCertificates : words.emptyRegistrations}>
          {words.emptyText}
        </Empty>
      }
    >
      {(rows) => {
        const needing = rows.filter((row) => needsSomebody(row, now))
        return (
          <>
            <p class="statement">
              {needing.length === 0 ? (
                words.none
              ) : (
                <a class="n" href="#needs">
                  {words.statement(needing.length, !pages.hasMore)}
                </a>
              )}
            </p>
            {tab === 'certificates' ? (
              <Lifetimes rows={rows} needing={needing} now={now} />
            ) : (
              <Calendar rows={rows} now={now} />
            )}
            <Numbers rows={rows} isCertificate={tab === 'certificates'} now={now} />
          </>
        )
      }}
    </Rows>
  )
}

const keyOf = ({ target, subject, expiresAt }: Expiry) => `${target.id} ${subject} ${expiresAt}`

function Lifetimes({
  rows,
  needing,
  now,
}: {
  readonly rows: readonly Expiry[]
  readonly needing: readonly Expiry[]
  readonly now: number
}) {
  const axis = axisOf(rows, now)
  const inTime = rows.filter((row) => !needing.includes(row))
  return (
    <figure class="chart" aria-label={words.axis}>
      <figcaption>{words.axis}</figcaption>
      <Ruler axis={axis} now={now} />
      {needing.length === 0 ? null : (
        <Section id="needs" title={words.needs} note={words.needsNote}>
          <Lanes rows={needing} axis={axis} now={now} />
        </Section>
      )}
      {inTime.length === 0 ? null : (
        <Section id="in-time" title={words.inTime}>
          <Lanes rows={inTime} axis={axis} now={now} />
        </Section>
      )}
    </figure>
  )
}

const month = new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' })

const Ruler = ({ axis, now }: { readonly axis: Axis; readonly now: number }) => (
  <div class="lanes cert-lanes axis-row" aria-hidden="true">
    <div class="lanes-axis">
      <span />
      <svg class="plot" height="20">
        {monthsOn(axis).map((instant, i) => (
          <text key={instant} x={`${at(axis, instant)}%`} y="13" class={i % 3 === 0 ? '' : 'wide-only'}>
            {month.format(instant)}
          </text>
        ))}
        <line class="today" x1={`${at(axis, now)}%`} x2={`${at(axis, now)}%`} y1="14" y2="20" />
      </svg>
      <span />
    </div>
  </div>
)

const Lanes = ({
  rows,
  axis,
  now,
}: {
  readonly rows: readonly Expiry[]
  readonly axis: Axis
  readonly now: number
}) => (
  <ul class="lanes cert-lanes">
    {rows.map((row) => {
      const end = Date.parse(row.expiresAt)
      const began = row.beganAt === null ? now : Date.parse(row.beganAt)
      const [from, today, to] = [at(axis, began), at(axis, now), at(axis, end)]
      const isOver = end <= now
      return (
        <li key={keyOf(row)}>
          <span>
            <a class="row-link" href={pathTo('target', { id: row.target.id })}>
              <Theirs text={row.target.display} />
            </a>
            <span class="faint s mono">
              <Theirs text={row.subject} />
            </span>
          </span>
          <svg class="plot" height="30" aria-hidden="true">
            {monthsOn(axis).map((instant) => (
              <line
                key={instant}
                class="grid"
                x1={`${at(axis, instant)}%`}
                x2={`${at(axis, instant)}%`}
                y1="0"
                y2="30"
              />
            ))}
            <rect
              class="spent"
              x={`${from}%`}
              width={`${Math.max(0, (isOver ? to : today) - from)}%`}
              y="10"
              height="10"
            />
            {isOver ? (
              <line class="after" x1={`${to}%`} x2={`${today}%`} y1="15" y2="15" />
            ) : (
              <rect
                class={row.isNotRetested ? 'untold' : needsSomebody(row, now) ? 'high' : 'left'}
                fill={row.isNotRetested ? 'url(#hatch)' : undefined}
                x={`${today}%`}
                width={`${Math.max(0.3, to - today)}%`}
                y="10"
                height="10"
              />
            )}
            <line class="today" x1={`${today}%`} x2={`${today}%`} y1="0" y2="30" />
          </svg>
          <span class="lane-end">
            {words.left(daysLeft(row, now))}
            <small>{date(row.expiresAt)}</small>
          </span>
        </li>
      )
    })}
  </ul>
)

const monthName = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' })

const monthsShown = 12

function Calendar({ rows, now }: { readonly rows: readonly Expiry[]; readonly now: number }) {
  const { ended, later } = outside(rows, now, monthsShown)
  return (
    <Section id="needs" title={words.months}>
      <ol class="months">
        {ended.length === 0 ? null : (
          <li>
            <h3>{words.ended}</h3>
            <ul>
              {ended.map((row) => (
                <Ending key={keyOf(row)} row={row} day={date(row.expiresAt)} />
              ))}
            </ul>
          </li>
        )}
        {byMonth(rows, now, monthsShown).map(([month, ending]) => (
          <li key={month} class={ending.length === 0 ? 'faint' : ''}>
            <h3>{monthName.format(new Date(`${month}-01T00:00:00Z`))}</h3>
            {ending.length === 0 ? (
              <p class="s">{words.nothingInMonth}</p>
            ) : (
              <ul>
                {ending.map((row) => (
                  <Ending key={keyOf(row)} row={row} day={row.expiresAt.slice(8, 10)} />
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
      {later.length === 0 ? null : (
        <p>
          <a class="n" href="#numbers">
            {words.later(later.length)}
          </a>
        </p>
      )}
    </Section>
  )
}

const Ending = ({ row, day }: { readonly row: Expiry; readonly day: string }) => (
  <li>
    <b>{day}</b>{' '}
    <a href={pathTo('target', { id: row.target.id })}>
      <Theirs text={row.subject} />
    </a>
    {row.isNotRetested ? (
      <>
        {' '}
        <NotRetestedChip />
      </>
    ) : null}
  </li>
)

const Numbers = ({
  rows,
  isCertificate,
  now,
}: {
  readonly rows: readonly Expiry[]
  readonly isCertificate: boolean
  readonly now: number
}) => (
  <Section id="numbers" title={words.numbers}>
    <Table
      caption={words.numbers}
      rows={rows}
      keyOf={keyOf}
      columns={[
        {
          key: 'place',
          head: words.place,
          isHead: true,
          cell: ({ target, subject }) => (
            <>
              <a class="row-link" href={pathTo('target', { id: target.id })}>
                <Theirs text={target.display} />
              </a>
              <span class="sub mono">
                <Theirs text={subject} />
              </span>
            </>
          ),
        },
        {
          key: 'ends',
          head: words.ends,
          cell: (row) => (
            <>
              <When at={row.expiresAt} as="date" />
              <span class="sub">{words.left(daysLeft(row, now))}</span>
            </>
          ),
        },
        {
          key: 'began',
          head: words.began,
          cell: ({ beganAt }) => (beganAt === null ? '–' : <When at={beganAt} as="date" />),
        },
        {
          key: 'issuer',
          head: isCertificate ? words.issuer : words.registrar,
          cell: ({ issuer }) => (issuer === null ? '–' : <Theirs text={issuer} />),
        },
        {
          key: 'seen',
          head: words.seen,
          cell: ({ seenAt, isNotRetested }) => (
            <>
              <When at={seenAt} />
              {isNotRetested ? <NotRetested /> : null}
            </>
          ),
        },
      ]}
    />
  </Section>
)
