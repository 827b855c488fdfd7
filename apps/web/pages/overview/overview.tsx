import './style.css'
import { useLocation } from 'preact-iso/router'
import type { Operations } from '../../../client/index.ts'
import { useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Field, sent } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { SeverityMark, Stats } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as findingWords } from '../../words/finding.ts'
import { reasonOf, remedyOf, titleOf } from '../../words/findings.ts'
import { number, timeOfDay } from '../../words/format.ts'
import { overview as words } from '../../words/overview.ts'
import { shell } from '../../words/shell.ts'
import { Trend } from './trend.tsx'

type Facts = Operations['GET /v1/overview']['answer']

const askMillis = 15_000
const shownAtMost = 5

/** What changed, what is urgent, what could not be told, what runs. */
export default function Overview() {
  const overview = useAnswer('GET /v1/overview', {}, { everyMillis: askMillis })
  const scans = useAnswer('GET /v1/scans', { query: { limit: 1 } })
  const isFirst = overview.data?.targets.watched === 0 && scans.data?.scans.length === 0
  if (isFirst) return <FirstMinute />
  return (
    <Page
      title={shell.pages.overview}
      note={overview.data === undefined ? undefined : <Since facts={overview.data} onLooked={overview.reload} />}
    >
      <Answer of={overview}>
        {(facts) => (
          <>
            <Statement facts={facts} />
            <Now facts={facts} />
            <div class="split section">
              <div>
                <Urgent />
                <UntoldList facts={facts} />
              </div>
              <div>
                <Running />
                <Changes />
              </div>
            </div>
            <Trend />
          </>
        )}
      </Answer>
    </Page>
  )
}

function FirstMinute() {
  const { route } = useLocation()
  return (
    <Page title={words.firstTitle} note={<span>{words.firstText}</span>}>
      <form
        class="form narrow"
        onSubmit={(event) => route(pathTo('newScan', {}, { target: String(sent(event)['target']).trim() }))}
      >
        <Field name="target" label={words.firstHost} required autoFocus autoCapitalize="none" spellcheck={false} />
        <div class="actions">
          <button class="button main" type="submit">
            {words.firstAct}
          </button>
        </div>
      </form>
    </Page>
  )
}

function Since({ facts, onLooked }: { readonly facts: Facts; readonly onLooked: () => void }) {
  const { credential } = useMe()
  const look = useAct('POST /v1/me/looked')
  return (
    <>
      <span>
        {facts.since === null ? (
          words.firstLook
        ) : (
          <>
            {words.since} <When at={facts.since} />
          </>
        )}
      </span>
      {credential.kind === 'session' ? (
        <button class="button bare small" type="button" onClick={() => void look.run({}).then(onLooked)}>
          {words.looked}
        </button>
      ) : null}
    </>
  )
}

function Statement({ facts }: { readonly facts: Facts }) {
  const of = (kind: Facts['changes'][number]['kind']) => facts.changes.find((change) => change.kind === kind)
  const [opened, regressed, fixed] = [of('opened'), of('regressed'), of('fixed')]
  const changes = [
    opened === undefined ? null : (
      <a key="opened" class="n" href={pathTo('findings', {}, { state: 'open', sort: 'changed' })}>
        {words.opened(opened.findings)}
      </a>
    ),
    regressed === undefined ? null : (
      <a key="regressed" class="n" href={pathTo('findings', {}, { state: 'regressed', sort: 'changed' })}>
        {words.regressed(regressed.findings)}
      </a>
    ),
    fixed === undefined ? null : (
      <a key="fixed" class="n" href={pathTo('findings', {}, { state: 'fixed', sort: 'changed' })}>
        {words.fixed(fixed.findings)}
      </a>
    ),
  ].filter((part) => part !== null)
  const checks = facts.untold.reduce((sum, one) => sum + one.checks, 0)
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
          note: words.untoldNote(Math.max(0, ...untold.map(({ targets }) => targets))),
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
                <li key={remedy.rule}>
                  <SeverityMark severity={remedy.severity} />
                  <div>
                    <h3>
                      <a class="row-link" href={pathTo('findings', {}, { rule: remedy.rule, decision: 'none' })}>
                        {titleOf(remedy)}
                      </a>
                    </h3>
                    <p>{remedyOf(remedy)}</p>
                    <p class="meta">
                      <span>{findingWords.riskFindings(remedy.findings, remedy.targets)}</span>
                      <span>
                        {findingWords.openSince} <When at={remedy.oldestOpenedAt} />
                      </span>
                    </p>
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </Section>
  )
}

const UntoldList = ({ facts: { untold } }: { readonly facts: Facts }) => (
  <Section id="untold" title={words.untoldTitle} note={words.untoldTitleNote}>
    {untold.length === 0 ? (
      <p class="soft">{words.untoldNone}</p>
    ) : (
      <ul class="untold">
        {untold.map(({ scanner, reason, checks, targets, since }) => (
          <li key={`${scanner} ${reason}`}>
            <span class="untold-n">
              <Icon name="unknown" />
              {words.untold(checks)}
            </span>
            <div>
              <h3>
                {scanner}: {reasonOf(reason)}
              </h3>
              <p class="meta">
                <a href={pathTo('findings', {}, { retested: 'false' })}>{words.atTargets(targets)}</a>
                <When at={since} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    )}
  </Section>
)

function Running() {
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
          <ul class="mini rows">
            {changed.map((finding) => (
              <li key={finding.id}>
                <a class="row-link" href={pathTo('finding', { id: finding.id })}>
                  {titleOf(finding)}
                </a>
                <p class="meta">
                  <span>{common.findingState[finding.state]}</span>
                  <Theirs text={finding.target.display} />
                  <When at={finding.changedAt} />
                </p>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Section>
  )
}
