import { useRoute } from 'preact-iso/router'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Chip, SeverityMark } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as words } from '../../words/finding.ts'
import { reasonOf } from '../../words/findings.ts'
import { list } from '../../words/format.ts'
import { shell } from '../../words/shell.ts'

const kinds = { appeared: 'new', gone: 'ok', still: 'open', 'not-retested': 'unknown', 'first-told': 'open' } as const

/** What changed between two scans of a host, in words. */
export default function DiffPage() {
  const { id = '', other = '' } = useRoute().params
  const diff = useAnswer('GET /v1/scans/{id}/diff/{other}', { path: { id, other } })
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
        {({ findings, facts, notCompared, summary }) => (
          <>
            <p class="statement">{summary.length === 0 ? words.diffNothing : <Theirs text={summary.join(' ')} />}</p>
            {findings.length === 0 ? null : (
              <Section id="findings" title={words.diffFindings}>
                <Table
                  caption={words.diffFindings}
                  rows={findings.toSorted((a, b) => Number(a.kind === 'still') - Number(b.kind === 'still'))}
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
                    { key: 'what', head: words.what, isHead: true, cell: ({ title }) => title },
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
              </Section>
            )}
            {facts.length === 0 ? null : (
              <Section id="facts" title={words.diffFacts}>
                <Table
                  caption={words.diffFacts}
                  rows={facts}
                  keyOf={({ scanner, kind, subject }) => `${scanner} ${kind} ${subject}`}
                  columns={[
                    { key: 'what', head: words.what, isHead: true, cell: ({ sentence }) => <Theirs text={sentence} /> },
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
                        {scanner}: {reasonOf(reason)}
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
