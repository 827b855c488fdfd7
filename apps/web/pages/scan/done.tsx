import { useLocation } from 'preact-iso/router'
import type { ComponentChildren } from 'preact'
import type { Operations, Scan } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { type Act, useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Trouble } from '../../parts/answer.tsx'
import { Icon } from '../../parts/icon.tsx'
import { later } from '../../parts/later.tsx'
import { Chip, ScanChip } from '../../parts/marks.tsx'
import { Page, Section, Tabs } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { duration } from '../../words/format.ts'
import { scan as words } from '../../words/scan.ts'
import { scannerName } from '../../words/scanners.ts'
import { type Cause, causesOf } from './causes.ts'
import { CoverageRows } from './coverage.tsx'
import { FindingList } from './finding-list.tsx'
import { NotAsked } from './not-asked.tsx'
import { Reports } from './reports.tsx'
import { earlierThan, scansCrumb, Since } from './since.tsx'
import { type Told, toldBy } from './told.ts'
import { Untold } from './untold.tsx'

const tabs = ['findings', 'untold', 'coverage', 'results', 'since', 'report'] as const
type Tab = (typeof tabs)[number]
type Target = Operations['GET /v1/targets']['answer']['targets'][number]

const Results = later(() => import('./results/results.tsx').then(({ Results }) => Results))

/** A scan that has ended: what is so, what could not be told, what was not asked. */
export function Done({ scan }: { readonly scan: Scan }) {
  const { query, route } = useLocation()
  const tab = tabs.find((tab) => tab === query['tab']) ?? 'findings'
  const told = toldBy(scan)
  const causes = causesOf(scan.runs, told)
  const here = (tab: Tab) => pathTo('scan', { id: scan.id }, { tab: tab === 'findings' ? null : tab })
  const counts: Partial<Record<Tab, number>> = { findings: told.present.length, untold: causes.length }
  const { canonical, display } = scan.target
  const scans = useAnswer('GET /v1/scans', { query: { target: canonical, limit: 50 } })
  const targets = useAnswer('GET /v1/targets', { query: { text: display, limit: 50 } })
  const target = targets.data?.targets.find((target) => target.canonical === canonical)
  const earlier = earlierThan(scan, scans.data?.scans)
  const rerun = useAct('POST /v1/scans/{id}/rerun')
  const askAgain = async (scanners: readonly string[] | null) => {
    const made = await rerun.run({ path: { id: scan.id }, body: scanners === null ? {} : { scanners: [...scanners] } })
    if (made !== null) route(pathTo('scan', { id: made.answer.id }))
  }
  const parts: Record<Tab, () => ComponentChildren> = {
    findings: () => <FindingList told={told} host={display} hasCauses={causes.length > 0} here={here} />,
    untold: () => <Untold scan={scan} causes={causes} rerun={rerun} onAskAgain={(names) => void askAgain(names)} />,
    coverage: () => (
      <>
        <Section id="coverage" title={words.coverage} note={words.answeredNotSafe}>
          <CoverageRows scan={scan} />
        </Section>
        <NotAsked runs={scan.runs} targetId={target?.id ?? null} />
      </>
    ),
    results: () => <Results scan={scan} />,
    since: () => <Since scan={scan} earlier={earlier} />,
    report: () => <Reports scan={scan} />,
  }
  return (
    <Page
      title={words.title(display)}
      crumbs={[scansCrumb(scan)]}
      state={
        <>
          <ScanChip status={scan.status} />
          {causes.length === 0 ? null : (
            <Chip kind="unknown">
              {told.unknown.length === 0 ? words.someUntold : words.chipUntold(told.unknown.length)}
            </Chip>
          )}
        </>
      }
      note={<Facts scan={scan} target={target} />}
      actions={
        <Acts
          scan={scan}
          canAskAgain={told.canAskAgain}
          target={target}
          isTargetKnown={targets.data !== undefined}
          reload={targets.reload}
          rerun={rerun}
          onAskAgain={() => void askAgain(null)}
        />
      }
    >
      {rerun.error === null ? null : <Trouble error={rerun.error} />}
      <Statement scan={scan} told={told} causes={causes} here={here} />
      <Tabs
        label={words.parts}
        tabs={tabs
          .filter((one) => one !== 'since' || earlier.length > 0 || tab === 'since')
          .map((one) => ({
            label: words[one],
            href: here(one),
            isCurrent: one === tab,
            ...(counts[one] === undefined ? {} : { count: counts[one] }),
          }))}
      />
      {parts[tab]()}
    </Page>
  )
}

const Facts = ({ scan, target }: { readonly scan: Scan; readonly target: Target | undefined }) => (
  <>
    <span>
      {scan.finishedAt === null ? words.asked : words.endedAt} <When at={scan.finishedAt ?? scan.createdAt} />
      {scan.startedAt === null || scan.finishedAt === null
        ? ''
        : `, ${words.took(duration(Date.parse(scan.finishedAt) - Date.parse(scan.startedAt)))}`}
    </span>
    {target === undefined ? null : (
      <a href={pathTo('target', { id: target.id })}>{target.watchedSince === null ? words.target : words.isWatched}</a>
    )}
    {scan.rerunOf === null ? null : <a href={pathTo('scan', { id: scan.rerunOf })}>{words.rerunOf}</a>}
    {scan.reason === null ? null : <span>{reasonOf(scan.reason)}</span>}
  </>
)

function Statement({
  scan,
  told: { present, unknown, worst, notAsked, failed },
  causes,
  here,
}: {
  readonly scan: Scan
  readonly told: Told
  readonly causes: readonly Cause[]
  readonly here: (tab: Tab) => string
}) {
  const titles = (runs: Told['failed']) => runs.map(({ scanner }) => scannerName(scanner))
  const isClean = present.length === 0 && scan.runs.some(({ status }) => status === 'completed')
  return (
    <p class="statement">
      {isClean ? words.noFindings : null}
      {present.length === 0 ? null : (
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
          {words.untoldAfter(unknown.length)}
        </>
      )}{' '}
      {failed.length === 0 ? null : (
        <a class="n unknown" href={here('untold')}>
          {words.failedText(titles(failed))}
        </a>
      )}{' '}
      {notAsked.length === 0 ? null : (
        <a class="n" href={here('coverage')}>
          {words.notAsked(titles(notAsked))}
        </a>
      )}
      {present.length === 0 && !isClean && causes.length === 0 && notAsked.length === 0 ? words.toldNothing : null}
    </p>
  )
}

function Acts({
  scan,
  canAskAgain,
  target,
  isTargetKnown,
  reload,
  rerun,
  onAskAgain,
}: {
  readonly scan: Scan
  readonly canAskAgain: boolean
  readonly target: Target | undefined
  readonly isTargetKnown: boolean
  readonly reload: () => void
  readonly rerun: Act<'POST /v1/scans/{id}/rerun'>
  readonly onAskAgain: () => void
}) {
  const may = useMay()
  const watch = useAct('POST /v1/targets')
  const isWatched = target !== undefined && target.watchedSince !== null
  const beginWatching = async () => {
    if ((await watch.run({ body: { target: scan.target.canonical } })) === null) return
    say(words.watched)
    reload()
  }
  return (
    <>
      {isWatched || !isTargetKnown || !may('targets:write') ? null : (
        <button
          class="button"
          type="button"
          title={words.watchHint}
          aria-disabled={watch.isBusy}
          onClick={() => void beginWatching()}
        >
          <Icon name="plus" />
          {words.watch}
        </button>
      )}
      {may('scans:write') ? (
        <a class="button" href={pathTo('newScan', {}, { target: scan.target.display })}>
          {words.scanAnew}
        </a>
      ) : null}
      {canAskAgain && may('scans:write') ? (
        <button class="button main" type="button" onClick={onAskAgain} aria-disabled={rerun.isBusy}>
          <Icon name="retry" />
          {words.askAgain}
        </button>
      ) : null}
      {watch.error === null ? null : <Trouble error={watch.error} />}
    </>
  )
}
