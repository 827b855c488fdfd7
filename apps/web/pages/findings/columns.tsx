import { Theirs } from '../../parts/evidence.tsx'
import { SeverityMark } from '../../parts/marks.tsx'
import type { Column } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as words } from '../../words/finding.ts'
import { titleOf } from '../../words/findings.ts'
import type { KeptFinding } from './decide.tsx'
import { Standing } from './standing.tsx'

/** What is wrong and where, as each list of findings begins. */
export const what: readonly Column<KeptFinding>[] = [
  { key: 'severity', head: words.severity, cell: ({ severity }) => <SeverityMark severity={severity} /> },
  {
    key: 'what',
    head: words.what,
    isHead: true,
    cell: (finding) => (
      <>
        <a class="row-link" href={pathTo('finding', { id: finding.id })}>
          {titleOf(finding)}
        </a>
        <span class="sub mono">
          <Theirs text={finding.subject} />
        </span>
      </>
    ),
  },
]

export const targetColumn: Column<KeptFinding> = {
  key: 'target',
  head: common.target,
  cell: ({ target }) => (
    <a href={pathTo('target', { id: target.id })}>
      <Theirs text={target.display} />
    </a>
  ),
}

/** How it stands, and since when, as each list of findings ends. */
export const standing: readonly Column<KeptFinding>[] = [
  { key: 'state', head: common.state, cell: (finding) => <Standing finding={finding} /> },
  { key: 'open', head: words.openSince, cell: ({ openedAt }) => <When at={openedAt} /> },
  { key: 'confirmed', head: words.lastConfirmed, cell: ({ lastConfirmedAt }) => <When at={lastConfirmedAt} /> },
]
