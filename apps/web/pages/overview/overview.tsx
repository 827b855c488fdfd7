import './style.css'
import type { Operations } from '../../../client/index.ts'
import { useMay, useMe } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Stats } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { RemedyItem } from '../../parts/remedy.tsx'
import { plainReason, wayOf, wayOutOf } from '../../parts/ways-out.ts'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { reasonOf, titleOf } from '../../words/findings.ts'
import { number, timeOfDay } from '../../words/format.ts'
import { overview as words } from '../../words/overview.ts'
import { scannerName } from '../../words/scanners.ts'
import { shell } from '../../words/shell.ts'
import { waysOut } from '../../words/ways-out.ts'
import { FirstMinute } from './first-minute.tsx'
import { Trend } from './trend.tsx'
import { useVisit, type Visited } from './use-visit.ts'

type Facts = Operations['GET /v1/overview']['answer']

const shownAtMost = 5

/** What changed, what is urgent, what could not be told, what runs. */
export default function Overview() {
  const mayScan = useMay()('scans:write')
  const visited = useVisit()
  const { overview } = visited
  const scans = useAnswer('GET /v1/scans', { query: { limit: 1 } })
  const isFirst = overview.data?.targets.watched === 0 && scans.data?.scans.length === 0
  if (isFirst && mayScan) return <FirstMinute />
  return (
    <Page
      title={shell.pages.overview}
      note={overview.data === undefined ? undefined : <SinceWhen visited={visited} />}
      actions={
        <a class="button" href="/v1/report?format=pdf" download>
          <Icon name="download" />
          {words.report}
        </a>
      }
    >
      <Answer of={overview}>
        {(facts) => (
          <>
            <Statement facts={facts} since={visited.since ?? null} />
            <Now facts={facts} />
            <div class="split section">
              <div>
                <Urgent />
                <UntoldList facts={facts} />
              </div>
              <div>
                <Running waiting={facts.scans.waiting} />
                <Changes />
                <Next />
              </div>
            </div>
            <Trend />
          </>
        )}
      </Answer>
    </Page>
  )
}

function SinceWhen({ visited: { since, startOver } }: { readonly visited: Visited }) {
  const { credential } = useMe()
  return (
    <>
      <span>
        {since == null ? (
          words.firstLook
        ) : (
          <>
            {words.since} <When at={since} />
          </>
        )}
      </span>
      {credential.kind === 'session' ? (
        <button class="button bare small" type="button" onClick={startOver}>
          {words.looked}
        </button>
      ) : null}
    </>
  )
}

function Statement({ facts, since }: { readonly facts: Facts; readonly since: string | null }) {
  const of = (kind: Facts['changes'][number]['kind']) => facts.changes.find((change) => change.kind === kind)
  const [opened, regressed, fixed] = [of('opened'), of('regressed'), of('fixed')]
  const changes = [
    opened === undefined ? null : (
      <a key="opened" class="n" href={pathTo('findings', {}, { state: 'open', sort: 'changed', since })}>
        {words.opened(opened.findings)}
        {words.worst(common.severity[opened.worst].toLowerCase(), opened.findings)}
      </a>
    ),
    regressed === undefined ? null : (
      <a key="regressed" class="n" href={pathTo('findings', {}, { state: 'regressed', sort: 'changed', since })}>
        {words.regressed(regressed.findings)}
      </a>
    ),
    fixed === undefined ? null : (
      <a key="fixed" class="n" href={pathTo('findings', {}, { state: 'fixed', sort: 'changed', since })}>
        {words.fixed(fixed.findings)}
      </a>
    ),
  ].filter((part) => part !== null)
  const checks = facts.untold.reduce((sum, one) => sum + one.checks, 0)
  const notRetested = facts.open.reduce((sum, one) => sum + one.notRetested, 0)
  return (
    <p class="statement">
      {changes.length === 0 ? words.nothing : changes.map((part, i) => (i === 0 ? part : [', ', part]))}
      {changes.length === 0 ? '' : `${fixed === undefined ? '' : words.confirmed}.`}{' '}
      {checks === 0 ? null : (
        <>
          <a class="n unknown" href="#untold">
            {words.untold(checks)}
          </a>
          {words.untoldAfter}
        </>
      )}{' '}
      {notRetested === 0 ? null : (
        <>
          <a class="n unknown" href={pathTo('findings', {}, { retested: 'false', decision: 'none' })}>
            {words.notRetestedCount(notRetested)}
          </a>
          {words.notRetestedAfter(notRetested)}
        </>
      )}
    </p>
  )
}

function Now({ facts }: { readonly facts: Facts }) {
  const { open, untold, targets, scans } = facts
  const total = open.reduce((sum, { findings }) => sum + findings, 0)
  const parts = open
    .filter(({ severity }) => severity !== 'info' && severity !== 'low')
    .map(({ severity, findings }) => `${number(findings)} ${common.severity[severity].toLowerCase()}`)
    .join(', ')
  return (
    <Stats
      label={words.now}
      stats={[
        { n: total, of: words.open, note: words.openNote(parts), href: pathTo('findings', {}, { decision: 'none' }) },
        {
          n: untold.reduce((sum, { checks }) => sum + checks, 0),
          of: words.untoldOf,
          note: words.untoldNote(facts.untoldInAll.targets),
          href: '#untold',
          isUnknown: true,
        },
        {
          n: targets.watched,
          of: words.targets,
          note: words.targetsNote(targets.proved, targets.attested),
          href: pathTo('targets'),
        },
        {
          n: scans.running,
          of: words.scans,
          note: words.scansNote(scans.waiting),
          href: pathTo('scans', {}, { status: 'running' }),
        },
      ]}
    />
  )
}

function Urgent() {
  const risk = useAnswer('GET /v1/risk', {})
  return (
    <Section id="urgent" title={words.urgent} note={words.urgentNote} end={<a href={pathTo('risk')}>{words.all}</a>}>
      <Answer of={risk}>
        {({ remedies }) =>
          remedies.length === 0 ? (
            <p class="soft">{words.nothingUrgent}</p>
          ) : (
            <ol class="urgent">
              {remedies.slice(0, shownAtMost).map((remedy) => (
                <RemedyItem key={`${remedy.scanner} ${remedy.rule}`} remedy={remedy} />
              ))}
            </ol>
          )
        }
      </Answer>
    </Section>
  )
}

const UntoldList = ({ facts: { untold } }: { readonly facts: Facts }) => (
  <Section
    id="untold"
    title={words.untoldTitle}
    note={words.untoldTitleNote}
    end={
      untold.length === 0 ? undefined : <a href={pathTo('findings', {}, { retested: 'false' })}>{words.notRetested}</a>
    }
  >
    {untold.length === 0 ? (
      <p class="soft">{words.untoldNone}</p>
    ) : (
      <ul class="untold">
        {untold.map(({ scanner, reason, checks, targets, since }) => (
          <li key={`${scanner} ${reason}`}>
            <span class="untold-n">
              <Icon name="unknown" />
              <a class="n" href={pathTo('targets', {}, { untold: 'true' })}>
                {words.untold(checks)}
              </a>
            </span>
            <div>
              <h3>
                {scannerName(scanner)}: {reasonOf(plainReason(reason))}
                {wayOf(reason) === '' ? '' : ` (${wayOf(reason)})`}
              </h3>
              <p>{waysOut[wayOutOf(reason)]}</p>
              <p class="meta">
                <a href={pathTo('targets', {}, { untold: 'true' })}>{words.atTargets(targets)}</a>
                <span>
                  {words.openSince} <When at={since} />
                </span>
              </p>
            </div>
          </li>
        ))}
      </ul>
    )}
  </Section>
)

function Running({ waiting }: { readonly waiting: number }) {
  const scans = useAnswer('GET /v1/scans', { query: { status: 'running', limit: shownAtMost } }, { everyMillis: 5000 })
  return (
    <Section
      id="running"
      title={words.running}
      end={<a href={pathTo('scans', {}, { status: 'running' })}>{words.all}</a>}
    >
      <Answer of={scans}>
        {({ scans: running }) =>
          running.length === 0 ? (
            <p class="soft">{words.runningNone}</p>
          ) : (
            <ul class="mini rows">
              {running.map(({ id, target, deadline }) => (
                <li key={id} class="mini-head">
                  <a class="row-link" href={pathTo('scan', { id })}>
                    <Theirs text={target.display} />
                  </a>
                  <span class="faint">
                    {words.endsBy} {timeOfDay(deadline)}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      {waiting === 0 ? null : (
        <p class="soft s">
          <a class="n" href={pathTo('scans', {}, { status: 'queued' })}>
            {words.waiting(waiting)}
          </a>
        </p>
      )}
    </Section>
  )
}

/** The schedules that come next. */
function Next() {
  const may = useMay()
  const schedules = useAnswer('GET /v1/schedules', may('schedules:read') ? { query: { limit: 50 } } : null)
  const next = (schedules.data?.schedules ?? [])
    .flatMap(({ id, name, isPaused, nextRuns: [run] }) =>
      run === undefined || isPaused ? [] : [{ id, name, at: run.at }],
    )
    .sort((a, b) => (a.at < b.at ? -1 : 1))
  if (next.length === 0) return null
  return (
    <Section id="next" title={words.next} end={<a href={pathTo('schedules')}>{shell.pages.schedules}</a>}>
      <ul class="mini rows">
        {next.slice(0, 3).map(({ id, name, at }) => (
          <li key={id} class="mini-head">
            <a class="row-link" href={pathTo('schedule', { id })}>
              {name === '' ? words.unnamed : name}
            </a>
            <span class="faint">
              <When at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Changes() {
  const findings = useAnswer('GET /v1/findings', { query: { sort: 'changed', limit: shownAtMost } })
  return (
    <Section
      id="changes"
      title={words.changesTitle}
      end={<a href={pathTo('findings', {}, { state: 'all', sort: 'changed' })}>{words.all}</a>}
    >
      <Answer of={findings}>
        {({ findings: changed }) => (
          <ol class="timeline">
            {changed.length === 0 ? <li>{words.nothing}</li> : null}
            {changed.map((finding) => (
              <li
                key={finding.id}
                class={finding.state === 'fixed' ? 'ok' : finding.state === 'open' ? 'new' : 'regressed'}
              >
                <Icon name={finding.state === 'fixed' ? 'ok' : finding.state === 'open' ? 'new' : 'regressed'} />
                <div>
                  <p class="what">
                    <a class="row-link" href={pathTo('finding', { id: finding.id })}>
                      {titleOf(finding)}
                    </a>
                  </p>
                  <p class="meta">
                    <span>{common.findingState[finding.state]}</span>
                    <Theirs text={finding.target.display} />
                    <When at={finding.changedAt} />
                  </p>
                </div>
              </li>
            ))}
          </ol>
        )}
      </Answer>
    </Section>
  )
}
