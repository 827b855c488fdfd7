import { useLocation } from 'preact-iso/router'
import type { Operations, Scan } from '../../../client/index.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Select } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as findingWords } from '../../words/finding.ts'
import { date, timeOfDay } from '../../words/format.ts'
import { reasonOf, titleOf } from '../../words/findings.ts'
import { scan as words } from '../../words/scan.ts'
import { scannerName } from '../../words/scanners.ts'
import { shell } from '../../words/shell.ts'

type Summary = Operations['GET /v1/scans']['answer']['scans'][number]

const marks = { appeared: 'new', gone: 'ok', 'not-retested': 'unknown', 'first-told': 'open', still: 'open' } as const
const shownAtMost = 20

/** What changed since an earlier scan of the same host, in words; the address says which. */
export function Since({ scan, earlier }: { readonly scan: Scan; readonly earlier: readonly Summary[] }) {
  const { query, route } = useLocation()
  const before = earlier.find(({ id }) => id === query['since']) ?? earlier[0]
  if (before === undefined) return <Empty icon="scans" title={words.noEarlier} />
  return (
    <Section
      id="since"
      title={words.since}
      note={
        <>
          {words.comparedWith} <When at={before.createdAt} as="date" />
        </>
      }
      end={<a href={pathTo('diff', { id: before.id, other: scan.id })}>{words.wholeDiff}</a>}
    >
      {earlier.length < 2 ? null : (
        <div class="narrow-field">
          <Select
            name="before"
            label={words.compareWith}
            value={before.id}
            options={earlier.map(({ id, createdAt, status }) => ({
              value: id,
              label: `${date(createdAt)}, ${timeOfDay(createdAt)}, ${common.scanStatus[status].toLowerCase()}`,
            }))}
            onChange={({ currentTarget }) =>
              route(pathTo('scan', { id: scan.id }, { tab: 'since', since: currentTarget.value }), true)
            }
          />
        </div>
      )}
      <Changes before={before.id} after={scan.id} />
    </Section>
  )
}

function Changes({ before, after }: { readonly before: string; readonly after: string }) {
  const diff = useAnswer('GET /v1/scans/{id}/diff/{other}', { path: { id: before, other: after } })
  return (
    <Answer of={diff}>
      {({ findings, facts, notCompared }) => {
        const changed = findings.filter(({ kind }) => kind !== 'still')
        const still = findings.length - changed.length
        return (
          <>
            {changed.length + facts.length === 0 ? <p>{findingWords.diffNothing}</p> : null}
            <ol class="timeline">
              {changed.slice(0, shownAtMost).map(({ kind, rule, title, subject, addresses }) => (
                <li
                  key={`${kind} ${rule} ${subject} ${addresses.join()}`}
                  class={kind === 'gone' ? 'ok' : kind === 'not-retested' ? 'unknown' : 'new'}
                >
                  <Icon name={marks[kind]} />
                  <div>
                    <p class="what">
                      {findingWords.diffKinds[kind]}: {titleOf({ rule, title })}
                    </p>
                    <p class="mono s">
                      <Theirs text={subject} />
                    </p>
                  </div>
                </li>
              ))}
              {facts.slice(0, shownAtMost).map(({ scanner, kind, subject, sentence }) => (
                <li key={`${scanner} ${kind} ${subject}`}>
                  <Icon name="targets" />
                  <p class="what">
                    <Theirs text={sentence} />
                  </p>
                </li>
              ))}
              {notCompared.map(({ scanner, reason }) => (
                <li key={scanner} class="unknown">
                  <Icon name="unknown" />
                  <p class="what">
                    {scannerName(scanner)}: {words.notCompared} ({reasonOf(reason)})
                  </p>
                </li>
              ))}
            </ol>
            <p class="soft">
              {still === 0 ? null : words.asBefore(still)}{' '}
              {Math.max(changed.length, facts.length) > shownAtMost ? words.moreInDiff : ''}
            </p>
          </>
        )
      }}
    </Answer>
  )
}

/** Earlier scans of the same host that told something, the latest first. */
export const earlierThan = (scan: Scan, scans: readonly Summary[] | undefined): readonly Summary[] =>
  (scans ?? []).filter(
    ({ id, createdAt, status, resultCount }) =>
      id !== scan.id && createdAt < scan.createdAt && (status === 'completed' || resultCount > 0),
  )

export const scansCrumb = (scan: Scan) => ({
  label: shell.pages.scans,
  href: pathTo('scans', {}, { target: scan.target.canonical }),
})
