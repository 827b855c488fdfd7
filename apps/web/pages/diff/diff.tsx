import './style.css'
import { useLocation, useRoute } from 'preact-iso/router'
import type { Operations } from '../../../client/index.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Select } from '../../parts/form.tsx'
import { Chip, SeverityMark } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { diff as diffWords } from '../../words/diff.ts'
import { finding as words } from '../../words/finding.ts'
import { reasonOf, sayChange, titleOf } from '../../words/findings.ts'
import { date, list, timeOfDay } from '../../words/format.ts'
import { scannerName } from '../../words/scanners.ts'
import { shell } from '../../words/shell.ts'

const kinds = { appeared: 'new', gone: 'ok', still: 'open', 'not-retested': 'unknown', 'first-told': 'open' } as const

/** What changed between two scans of a host, in words. */
export default function DiffPage() {
  const { id = '', other = '' } = useRoute().params
  const diff = useAnswer('GET /v1/scans/{id}/diff/{other}', { path: { id, other } })
  const isAll = useLocation().query['show'] === 'all'
  return (
    <Page
      title={words.diffTitle}
      crumbs={[{ label: shell.pages.scans, href: pathTo('scans', {}, { target: diff.data?.target.canonical }) }]}
      note={
        diff.data === undefined ? undefined : (
          <span>
            <Theirs text={diff.data.target.display} /> · {words.diffOf}{' '}
            <a href={pathTo('scan', { id: diff.data.before.id })}>
              <When at={diff.data.before.createdAt} as="date" />
            </a>{' '}
            {words.diffAnd}{' '}
            <a href={pathTo('scan', { id: diff.data.after.id })}>
              <When at={diff.data.after.createdAt} as="date" />
            </a>
          </span>
        )
      }
    >
      <Answer of={diff}>
        {({ findings, facts, notCompared, target }) => (
          <>
            <Choose canonical={target.canonical} id={id} other={other} />
            <Statement findings={findings} facts={facts.length} />
            {findings.length === 0 ? null : (
              <Section
                id="findings"
                title={words.diffFindings}
                end={
                  <a href={pathTo('diff', { id, other }, { show: isAll ? null : 'all' })}>
                    {isAll ? diffWords.changedOnly : diffWords.all(findings.length)}
                  </a>
                }
              >
                {sorted(findings, isAll).length === 0 ? (
                  <p class="soft">{diffWords.noneChanged}</p>
                ) : (
                  <Table
                    caption={words.diffFindings}
                    rows={sorted(findings, isAll)}
                    keyOf={({ kind, rule, subject }) => `${kind} ${rule} ${subject}`}
                    columns={[
                      {
                        key: 'kind',
                        head: common.state,
                        cell: ({ kind }) => (
                          <Chip kind={kinds[kind]} isPlain>
                            {words.diffKinds[kind]}
                          </Chip>
                        ),
                      },
                      {
                        key: 'severity',
                        head: words.severity,
                        cell: ({ severity }) => <SeverityMark severity={severity} />,
                      },
                      {
                        key: 'what',
                        head: words.what,
                        isHead: true,
                        cell: ({ rule, title }) => titleOf({ rule, title }),
                      },
                      {
                        key: 'where',
                        head: words.where,
                        cell: ({ subject, addresses }) => (
                          <span class="mono">
                            <Theirs text={addresses.length === 0 ? subject : `${subject} · ${list(addresses)}`} />
                          </span>
                        ),
                      },
                    ]}
                  />
                )}
              </Section>
            )}
            {facts.length === 0 ? null : (
              <Section id="facts" title={words.diffFacts}>
                <Table
                  caption={words.diffFacts}
                  rows={facts}
                  keyOf={({ scanner, kind, subject }) => `${scanner} ${kind} ${subject}`}
                  columns={[
                    { key: 'what', head: words.what, isHead: true, cell: (fact) => <Theirs text={sayChange(fact)} /> },
                    {
                      key: 'before',
                      head: words.before,
                      cell: ({ before }) => (
                        <span class="mono">
                          <Theirs text={before ?? '–'} />
                        </span>
                      ),
                    },
                    {
                      key: 'after',
                      head: words.after,
                      cell: ({ after }) => (
                        <span class="mono">
                          <Theirs text={after ?? '–'} />
                        </span>
                      ),
                    },
                  ]}
                />
              </Section>
            )}
            {notCompared.length === 0 ? null : (
              <Section id="not-compared" title={words.diffNot}>
                <ul>
                  {notCompared.map(({ scanner, reason }) => (
                    <li key={scanner}>
                      <Chip kind="unknown" isPlain>
                        {scannerName(scanner)}: {reasonOf(reason)}
                      </Chip>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
          </>
        )}
      </Answer>
    </Page>
  )
}

type DiffedFinding = Operations['GET /v1/scans/{id}/diff/{other}']['answer']['findings'][number]

const order = ['appeared', 'first-told', 'not-retested', 'gone', 'still'] as const

const sorted = (findings: readonly DiffedFinding[], isAll: boolean) =>
  findings
    .filter(({ kind }) => isAll || kind !== 'still')
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))

function Statement({ findings, facts }: { readonly findings: readonly DiffedFinding[]; readonly facts: number }) {
  const parts = order.flatMap((kind) => {
    const n = findings.filter((one) => one.kind === kind).length
    return n === 0 ? [] : [diffWords.counted[kind](n)]
  })
  return (
    <p class="statement">
      {parts.length === 0 ? diffWords.noFindings : `${diffWords.findings}: ${list(parts)}.`}{' '}
      {facts === 0 ? diffWords.noFacts : diffWords.facts(facts)}
    </p>
  )
}

/** Any two scans of the host may be compared. */
function Choose({ canonical, id, other }: { readonly canonical: string; readonly id: string; readonly other: string }) {
  const { route } = useLocation()
  const scans = useAnswer('GET /v1/scans', { query: { target: canonical, limit: 100 } })
  const told = (scans.data?.scans ?? []).filter(
    (scan) => scan.id === id || scan.id === other || scan.resultCount > 0 || scan.status === 'completed',
  )
  const options = told.map((scan) => ({
    value: scan.id,
    label: `${date(scan.createdAt)}, ${timeOfDay(scan.createdAt)}, ${common.scanStatus[scan.status].toLowerCase()}`,
  }))
  if (options.length < 2) return null
  return (
    <div class="compare">
      <Select
        name="before"
        label={words.before}
        value={id}
        options={options}
        onChange={({ currentTarget }) => route(pathTo('diff', { id: currentTarget.value, other }), true)}
      />
      <Select
        name="after"
        label={words.after}
        value={other}
        options={options}
        onChange={({ currentTarget }) => route(pathTo('diff', { id, other: currentTarget.value }), true)}
      />
      <a class="button" href={pathTo('diff', { id: other, other: id })}>
        {diffWords.swap}
      </a>
    </div>
  )
}
