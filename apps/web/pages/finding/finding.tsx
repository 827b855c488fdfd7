import '../scan/style.css'
import { useLocation, useRoute } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import type { Operations } from '../../../client/index.ts'
import { Answer } from '../../parts/answer.tsx'
import { Discussion } from '../../parts/discussion.tsx'
import { Evidence, Theirs } from '../../parts/evidence.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { History } from '../../parts/history.tsx'
import { SeverityMark } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { finding as words } from '../../words/finding.ts'
import { remedyOf, titleOf } from '../../words/findings.ts'
import { list } from '../../words/format.ts'
import { shell } from '../../words/shell.ts'
import { Decide } from '../findings/decide.tsx'
import { severities } from '../findings/filter.ts'
import { Standing } from '../findings/standing.tsx'
import { linesOf } from '../scan/told.ts'

type Whole = Operations['GET /v1/findings/{id}']['answer']

export default function FindingPage() {
  const id = useRoute().params['id'] ?? ''
  const finding = useAnswer('GET /v1/findings/{id}', { path: { id } })
  if (finding.data === undefined)
    return (
      <Page title={common.finding}>
        <Answer of={finding}>{() => null}</Answer>
      </Page>
    )
  return <Finding finding={finding.data} reload={finding.reload} />
}

function Finding({ finding, reload }: { readonly finding: Whole; readonly reload: () => void }) {
  const may = useMay()
  const { route } = useLocation()
  const rerun = useAct('POST /v1/scans/{id}/rerun')
  const scan = useAct('POST /v1/scans')
  const { target, lastScanId, scanner } = finding
  const askAgain = async () => {
    // Asked as it was when it was seen, at its own port and by its own name; with defaults where that scan is not kept any more.
    const made =
      lastScanId === null
        ? await scan.run({ body: { target: target.canonical, scanners: { [scanner]: {} } } })
        : await rerun.run({ path: { id: lastScanId }, body: { scanners: [scanner] } })
    if (made !== null) route(pathTo('scan', { id: made.answer.id }))
  }
  return (
    <Page
      title={titleOf(finding)}
      crumbs={[
        { label: shell.pages.findings, href: pathTo('findings') },
        { label: target.display, href: pathTo('target', { id: target.id }) },
      ]}
      state={<SeverityMark severity={finding.severity} />}
      note={
        <>
          <span class="mono">
            <Theirs text={finding.subject} />
          </span>
          <Standing finding={finding} />
        </>
      }
      actions={
        <>
          {may('scans:write') ? (
            <button
              class="button"
              type="button"
              onClick={() => void askAgain()}
              aria-disabled={rerun.isBusy || scan.isBusy}
            >
              {words.retestNow}
            </button>
          ) : null}
          {may('findings:write') ? <Decide findings={[finding]} onDecided={reload} /> : null}
        </>
      }
    >
      <Complaint error={rerun.error ?? scan.error} />
      <div class="split">
        <div>
          <Section id="remedy" title={words.remedy}>
            <p>{remedyOf(finding)}</p>
            <p class="faint s">
              <code>{finding.rule}</code> · {words.reference}: {finding.reference} ·{' '}
              <a href={pathTo('findings', {}, { rule: finding.rule })}>{words.elsewhere}</a>
            </p>
          </Section>
          {finding.evidence === null ? null : (
            <Section id="evidence" title={words.evidence}>
              <Evidence
                source={
                  <>
                    {words.shownBy} <When at={finding.lastConfirmedAt} />
                  </>
                }
                isUnknown={finding.retest === 'not-retested'}
                text={linesOf(finding.evidence)}
              />
            </Section>
          )}
          <Discussion of="findings" id={finding.id} />
        </div>
        <div>
          <Section id="state" title={words.state}>
            <Facts finding={finding} />
          </Section>
          {may('findings:write') ? <OwnSeverity finding={finding} onSet={reload} /> : null}
          <Section id="history" title={words.history}>
            <History changes={finding.history.toReversed()} />
          </Section>
        </div>
      </div>
    </Page>
  )
}

function Facts({ finding }: { readonly finding: Whole }) {
  const { state, retest, addresses, decision, decidedUntil, decidedReason, severity, ruleSeverity, severityReason } =
    finding
  return (
    <>
      {state === 'fixed' ? null : <p>{words.states[state]}</p>}
      <p class={retest === 'not-retested' ? 'dashed untold-text' : ''}>{words.retests[retest]}</p>
      <dl class="kv">
        <div>
          <dt>{words.openSince}</dt>
          <dd>
            <When at={finding.openedAt} as="date" />
          </dd>
        </div>
        <div>
          <dt>{words.lastConfirmed}</dt>
          <dd>
            <When at={finding.lastConfirmedAt} as="date" />
          </dd>
        </div>
        {finding.lastAskedAt === finding.lastConfirmedAt ? null : (
          <div>
            <dt>{words.lastAsked}</dt>
            <dd>
              <When at={finding.lastAskedAt} as="date" />
            </dd>
          </div>
        )}
        {addresses.length === 0 ? null : (
          <div>
            <dt>{words.where}</dt>
            <dd class="mono">{list(addresses)}</dd>
          </div>
        )}
        {decision === 'none' ? null : (
          <div>
            <dt>{words.decision}</dt>
            <dd>
              {decision === 'false-positive' ? (
                words.isFalse
              ) : decidedUntil === null ? (
                words.acceptedForGood
              ) : (
                <>
                  {words.acceptedUntil} <When at={decidedUntil} as="date" />
                </>
              )}
              {decidedReason === null ? null : <small>“{decidedReason}”</small>}
              {finding.decidedAt === null ? null : (
                <small>
                  {words.decidedOn} <When at={finding.decidedAt} as="date" />
                </small>
              )}
            </dd>
          </div>
        )}
        {severityReason === null ? null : (
          <div>
            <dt>{words.severityOwn}</dt>
            <dd>
              {common.severity[severity]}, {words.severityRule(common.severity[ruleSeverity])}
              <small>“{severityReason}”</small>
            </dd>
          </div>
        )}
        {finding.lastScanId === null ? null : (
          <div>
            <dt>{common.scan}</dt>
            <dd>
              <a href={pathTo('scan', { id: finding.lastScanId })}>{words.lastScan}</a>
            </dd>
          </div>
        )}
      </dl>
    </>
  )
}

function OwnSeverity({ finding, onSet }: { readonly finding: Whole; readonly onSet: () => void }) {
  const set = useAct('PATCH /v1/findings/{id}')
  const path = { id: finding.id }
  const before = { severity: finding.severityReason === null ? null : finding.severity, reason: finding.severityReason }
  const put = (severity: (typeof severities)[number] | null, reason: string | null) =>
    set.run({ path, body: { severity, ...(reason === null || reason === '' ? {} : { reason }) } })
  const act = async ({ severity = '', reason = '' }: Readonly<Record<string, string>>) => {
    if ((await put(severities.find((one) => one === severity) ?? null, reason.trim())) === null) return
    onSet()
    say(words.severitySet, () => void put(before.severity, before.reason).then(onSet))
  }
  return (
    <details class="section">
      <summary>{words.setSeverity}</summary>
      <form class="form" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
        <Select
          name="severity"
          label={words.severityOwn}
          defaultValue={before.severity ?? ''}
          options={[
            { value: '', label: words.severityByRule },
            ...severities.map((value) => ({ value, label: common.severity[value] })),
          ]}
        />
        <Field name="reason" label={words.reason} maxLength={1000} defaultValue={finding.severityReason ?? ''} />
        <Complaint error={set.error} />
        <div class="actions">
          <button class="button" type="submit" aria-disabled={set.isBusy}>
            {common.save}
          </button>
        </div>
      </form>
    </details>
  )
}
