import { useLocation } from 'preact-iso/router'
import type { Scan } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Trouble } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Evidence } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip, ScanChip } from '../../parts/marks.tsx'
import { Empty, Page, Section, Tabs } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { duration } from '../../words/format.ts'
import { reasonOf } from '../../words/findings.ts'
import { scan as words } from '../../words/scan.ts'
import { shell } from '../../words/shell.ts'
import { CoverageRows } from './coverage.tsx'
import { FindingItem } from './finding-item.tsx'
import { type Told, toldBy } from './told.ts'

const tabs = ['findings', 'untold', 'coverage', 'results', 'report'] as const
type Tab = (typeof tabs)[number]

/** A scan that has ended: what is so, what could not be told, what was not asked. */
export function Done({ scan }: { readonly scan: Scan }) {
  const { query } = useLocation()
  const tab = tabs.find((tab) => tab === query['tab']) ?? 'findings'
  const told = toldBy(scan)
  const here = (tab: Tab) => pathTo('scan', { id: scan.id }, { tab: tab === 'findings' ? null : tab })
  const counts: Partial<Record<Tab, number>> = { findings: told.present.length, untold: told.unknown.length }
  return (
    <Page
      title={words.title(scan.target.display)}
      crumbs={[{ label: shell.pages.scans, href: pathTo('scans') }]}
      state={
        <>
          <ScanChip status={scan.status} />
          {told.unknown.length === 0 ? null : (
            <Chip kind="unknown">
              {words.nUntold(told.unknown.length)}: {common.couldNotTell}
            </Chip>
          )}
        </>
      }
      note={<Facts scan={scan} />}
      actions={<Acts scan={scan} told={told} />}
    >
      <Statement scan={scan} told={told} here={here} />
      <Tabs
        label={words.parts}
        tabs={tabs.map((one) => ({
          label: words[one],
          href: here(one),
          isCurrent: one === tab,
          ...(counts[one] === undefined ? {} : { count: counts[one] }),
        }))}
      />
      <Part tab={tab} scan={scan} told={told} />
    </Page>
  )
}

const Facts = ({ scan }: { readonly scan: Scan }) => (
  <>
    <span>
      <When at={scan.finishedAt ?? scan.createdAt} />
      {scan.startedAt === null || scan.finishedAt === null
        ? ''
        : `, ${words.took(duration(Date.parse(scan.finishedAt) - Date.parse(scan.startedAt)))}`}
    </span>
    {scan.rerunOf === null ? null : <a href={pathTo('scan', { id: scan.rerunOf })}>{words.rerunOf}</a>}
    {scan.reason === null ? null : <span>{reasonOf(scan.reason)}</span>}
  </>
)

function Statement({
  scan,
  told,
  here,
}: {
  readonly scan: Scan
  readonly told: Told
  readonly here: (tab: Tab) => string
}) {
  const { present, unknown, worst, notAsked, failed } = told
  const titles = (runs: Told['failed']) => runs.map(({ title }) => title)
  return (
    <p class="statement">
      {present.length === 0 ? (
        scan.status === 'completed' ? (
          words.noFindings
        ) : null
      ) : (
        <>
          <a class="n" href={here('findings')}>
            {words.nFindings(present.length)}
          </a>
          {worst === null ? '' : words.worst(common.severity[worst])}.
        </>
      )}{' '}
      {unknown.length === 0 ? null : (
        <>
          <a class="n unknown" href={here('untold')}>
            {words.nUntold(unknown.length)}
          </a>
          {words.untoldAfter}
        </>
      )}{' '}
      {failed.length === 0 ? null : (
        <a class="n unknown" href={here('coverage')}>
          {words.failedText(titles(failed))}
        </a>
      )}{' '}
      {notAsked.length === 0 ? null : (
        <a class="n" href={here('coverage')}>
          {words.notAsked(titles(notAsked))}
        </a>
      )}
    </p>
  )
}

function Acts({ scan, told }: { readonly scan: Scan; readonly told: Told }) {
  const may = useMay()
  const { route } = useLocation()
  const rerun = useAct('POST /v1/scans/{id}/rerun')
  const watch = useAct('POST /v1/targets')
  const { canonical } = scan.target
  const targets = useAnswer('GET /v1/targets', { query: { text: canonical, limit: 20 } })
  const earlier = useAnswer('GET /v1/scans', { query: { target: canonical, limit: 20 } })
  const target = targets.data?.targets.find((target) => target.canonical === canonical)
  const before = earlier.data?.scans.find(
    ({ createdAt, status }) => createdAt < scan.createdAt && status === 'completed',
  )
  const askAgain = async () => {
    const made = await rerun.run({ path: { id: scan.id }, body: {} })
    if (made !== null) route(pathTo('scan', { id: made.answer.id }))
  }
  const beginWatching = async () => {
    if ((await watch.run({ body: { target: canonical } })) === null) return
    say(words.watched)
    targets.reload()
  }
  const error = rerun.error ?? watch.error
  return (
    <>
      {before === undefined ? null : (
        <a class="button" href={pathTo('diff', { id: before.id, other: scan.id })}>
          {words.diff}
        </a>
      )}
      {target === undefined || target.watchedSince !== null || !may('targets:write') ? null : (
        <button class="button" type="button" title={words.watchHint} onClick={() => void beginWatching()}>
          <Icon name="plus" />
          {words.watch}
        </button>
      )}
      {told.canAskAgain && may('scans:write') ? (
        <button class="button main" type="button" onClick={() => void askAgain()} aria-disabled={rerun.isBusy}>
          <Icon name="retry" />
          {words.askAgain}
        </button>
      ) : null}
      {error === null ? null : <Trouble error={error} />}
    </>
  )
}

function Part({ tab, scan, told }: { readonly tab: Tab; readonly scan: Scan; readonly told: Told }) {
  const host = scan.target.display
  switch (tab) {
    case 'findings':
    case 'untold': {
      const rows = tab === 'findings' ? told.present : told.unknown
      return (
        <Section id={tab} title={words[tab]}>
          {rows.length === 0 ? (
            <Empty
              icon={tab === 'findings' ? 'findings' : 'done'}
              title={tab === 'findings' ? words.noFindings : words.noneUntold}
            >
              {tab === 'findings' ? words.emptyFindings : undefined}
            </Empty>
          ) : (
            <ol class="findings">
              {rows.map((gathered, i) => (
                <FindingItem key={i} gathered={gathered} host={host} isOpen={i === 0 && tab === 'findings'} />
              ))}
            </ol>
          )}
        </Section>
      )
    }
    case 'coverage':
      return (
        <Section id="coverage" title={words.coverage}>
          <CoverageRows scan={scan} />
        </Section>
      )
    case 'results':
      return <Results scan={scan} />
    case 'report':
      return <Reports scan={scan} />
  }
}

const Results = ({ scan }: { readonly scan: Scan }) => (
  <Section id="results" title={words.results}>
    <div class="stack">
      {scan.runs
        .filter(({ result }) => result !== null)
        .map(({ scanner, title, result }) => (
          <details key={scanner}>
            <summary>{title}</summary>
            <Evidence source={words.raw} text={JSON.stringify(result, null, 2)} />
          </details>
        ))}
    </div>
  </Section>
)

const formats = ['html', 'pdf', 'json', 'csv', 'markdown', 'sarif'] as const

const Reports = ({ scan }: { readonly scan: Scan }) => (
  <Section id="report" title={words.report}>
    <dl class="kv">
      <div>
        <dt>{words.download}</dt>
        <dd class="links">
          {formats.map((format) => (
            <a key={format} href={`/v1/scans/${scan.id}/report?format=${format}`} download>
              {format.toUpperCase()}
            </a>
          ))}
        </dd>
      </div>
      <div>
        <dt>{words.record}</dt>
        <dd>
          <a href={`/v1/scans/${scan.id}/record`} download>
            {scan.id}.record.json
          </a>
        </dd>
      </div>
      <div>
        <dt>{words.number}</dt>
        <dd class="mono">{scan.id}</dd>
      </div>
      <div>
        <dt>{words.attempts}</dt>
        <dd>{scan.attempt}</dd>
      </div>
    </dl>
    <Command text={`npx portlight verify ${scan.id}.record.json`} />
  </Section>
)
