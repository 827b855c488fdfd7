import '../scan/style.css'
import './style.css'
import { useLocation, useRoute } from 'preact-iso/router'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Answer } from '../../parts/answer.tsx'
import { Discussion } from '../../parts/discussion.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint } from '../../parts/form.tsx'
import { History } from '../../parts/history.tsx'
import { later } from '../../parts/later.tsx'
import { Chip, ScanChip } from '../../parts/marks.tsx'
import { Empty, Page, Section, Tabs } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as findingWords } from '../../words/finding.ts'
import { reasonOf, titleOf } from '../../words/findings.ts'
import { number } from '../../words/format.ts'
import { scans as scanWords } from '../../words/scans.ts'
import { shell } from '../../words/shell.ts'
import { targets as words } from '../../words/targets.ts'
import { standing, what } from '../findings/columns.tsx'
import { Overview, Statement } from './overview.tsx'
import { PortsOverTime } from './ports.tsx'
import { proofChips } from './proof-chips.ts'

export type Target = Operations['GET /v1/targets/{id}']['answer']

const tabs = [
  'overview',
  'findings',
  'ports',
  'timeline',
  'scans',
  'schedule',
  'proof',
  'discussion',
  'reports',
  'settings',
] as const

type Tab = (typeof tabs)[number]

const Schedules = later(() => import('./schedules.tsx').then(({ Schedules }) => Schedules))
const Proofs = later(() => import('./proofs.tsx').then(({ Proofs }) => Proofs))
const Reports = later(() => import('./reports.tsx').then(({ Reports }) => Reports))
const Settings = later(() => import('./settings.tsx').then(({ Settings }) => Settings))

export default function TargetPage() {
  const id = useRoute().params['id'] ?? ''
  const target = useAnswer('GET /v1/targets/{id}', { path: { id } })
  if (target.data === undefined)
    return (
      <Page title={common.target}>
        <Answer of={target}>{() => null}</Answer>
      </Page>
    )
  return <OneTarget target={target.data} reload={target.reload} />
}

function OneTarget({ target, reload }: { readonly target: Target; readonly reload: () => void }) {
  const may = useMay()
  const { query, route } = useLocation()
  const scan = useAct('POST /v1/scans')
  const tab = tabs.find((tab) => tab === query['tab']) ?? 'overview'
  const offered = tabs.filter((tab) => tab !== 'schedule' || may('schedules:read'))
  const begin = async () => {
    const made = await scan.run({ body: { target: target.canonical } })
    if (made !== null) route(pathTo('scan', { id: made.answer.id }))
  }
  return (
    <Page
      title={target.display}
      crumbs={[{ label: shell.pages.targets, href: pathTo('targets') }]}
      state={<Chip kind={proofChips[target.standing.proof]}>{words.proofs[target.standing.proof]}</Chip>}
      note={
        <>
          {target.name === '' ? null : <span>{target.name}</span>}
          {target.watchedSince === null ? (
            <span>{words.notWatched}</span>
          ) : (
            <span>
              {words.watched} <When at={target.watchedSince} />
            </span>
          )}
          {target.isArchived ? <span>{words.archived}</span> : null}
          {target.ownerContact === '' ? null : (
            <span>
              {words.owner}: {target.ownerContact}
            </span>
          )}
          {target.tags.map((tag) => (
            <a key={tag} class="tag" href={pathTo('targets', {}, { tag })}>
              {tag}
            </a>
          ))}
        </>
      }
      actions={
        <>
          {may('scans:write') && !target.isArchived ? (
            <button class="button main" type="button" onClick={() => void begin()} aria-disabled={scan.isBusy}>
              {words.scanNow}
            </button>
          ) : null}
        </>
      }
    >
      <Complaint error={scan.error} />
      <Statement target={target} />
      <Tabs
        label={words.parts}
        tabs={offered.map((one) => ({
          label: words.tabs[one],
          ...(one === 'findings' ? { count: number(target.standing.open) } : {}),
          href: pathTo('target', { id: target.id }, { tab: one === 'overview' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      <Part tab={tab} target={target} reload={reload} />
    </Page>
  )
}

function Part({ tab, target, reload }: { readonly tab: Tab; readonly target: Target; readonly reload: () => void }) {
  switch (tab) {
    case 'overview':
      return <Overview target={target} />
    case 'ports':
      return <PortsOverTime target={target} />
    case 'schedule':
      return <Schedules target={target} />
    case 'reports':
      return <Reports target={target} />
    case 'findings':
      return <Findings target={target} />
    case 'scans':
      return <Scans target={target} />
    case 'timeline':
      return <Timeline target={target} />
    case 'proof':
      return <Proofs target={target} onChange={reload} />
    case 'discussion':
      return <Discussion of="targets" id={target.id} />
    case 'settings':
      return <Settings target={target} onSaved={reload} />
  }
}

function Findings({ target }: { readonly target: Target }) {
  const pages = usePages(
    'GET /v1/findings',
    { query: { target: target.id, state: 'open,regressed', limit: 50 } },
    ({ findings }) => findings,
  )
  return (
    <Section
      id="findings"
      title={words.tabs.findings}
      end={<a href={pathTo('findings', {}, { target: target.id, state: 'all' })}>{words.allFindings}</a>}
    >
      <Rows
        of={pages}
        empty={
          <Empty icon="findings" title={words.noFindings}>
            {words.noFindingsText}
          </Empty>
        }
      >
        {(rows) => (
          <Table caption={findingWords.list} rows={rows} keyOf={({ id }) => id} columns={[...what, ...standing]} />
        )}
      </Rows>
    </Section>
  )
}

function Scans({ target }: { readonly target: Target }) {
  const pages = usePages('GET /v1/scans', { query: { target: target.canonical, limit: 50 } }, ({ scans }) => scans)
  return (
    <Section id="scans" title={words.tabs.scans}>
      <Rows of={pages} empty={<Empty icon="scans" title={words.noScans} />}>
        {(rows) => (
          <Table
            caption={scanWords.list}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'asked',
                head: scanWords.asked,
                isHead: true,
                cell: ({ id, createdAt }) => (
                  <a class="row-link" href={pathTo('scan', { id })}>
                    <When at={createdAt} as="date" />
                  </a>
                ),
              },
              {
                key: 'status',
                head: common.state,
                cell: ({ status, reason }) => (
                  <>
                    <ScanChip status={status} isPlain />
                    {reason === null ? null : <span class="sub">{reasonOf(reason)}</span>}
                  </>
                ),
              },
              { key: 'results', head: scanWords.results, isNumber: true, cell: ({ resultCount }) => resultCount },
            ]}
          />
        )}
      </Rows>
    </Section>
  )
}

function Timeline({ target }: { readonly target: Target }) {
  const pages = usePages(
    'GET /v1/targets/{id}/timeline',
    { path: { id: target.id }, query: { limit: 50 } },
    ({ timeline }) => timeline,
  )
  return (
    <Section id="timeline" title={words.tabs.timeline}>
      <Rows
        of={pages}
        empty={
          <Empty icon="waiting" title={words.timelineEmpty}>
            {words.timelineEmptyText}
          </Empty>
        }
      >
        {(rows) => (
          <History
            changes={rows}
            about={(_, i) => {
              const entry = rows[i]!
              return (
                <>
                  <a href={pathTo('finding', { id: entry.findingId })}>{titleOf(entry)}</a>{' '}
                  <span class="mono">
                    <Theirs text={entry.subject} />
                  </span>
                </>
              )
            }}
          />
        )}
      </Rows>
    </Section>
  )
}
