import { Theirs } from '../../parts/evidence.tsx'
import { RunChip } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { reasonOf, scannerTitleOf } from '../../words/findings.ts'
import { number } from '../../words/format.ts'
import { scan as words } from '../../words/scan.ts'
import type { Run } from './told.ts'

const shownAtMost = 12

const isNotAsked = ({ status, coverage, authority }: Run) =>
  status === 'refused' ||
  status === 'not-asked' ||
  (coverage !== null && coverage.leftOut.length > 0) ||
  (authority !== null && authority.missing.length > 0)

/** What was never asked, why, and how to give what is missing. */
export function NotAsked({ runs, targetId }: { readonly runs: readonly Run[]; readonly targetId: string | null }) {
  const rows = runs.filter(isNotAsked)
  if (rows.length === 0) return null
  const isProofMissing = rows.some(({ authority }) => (authority?.missing.length ?? 0) > 0)
  return (
    <Section
      id="not-asked"
      title={words.notAskedTitle}
      note={words.notAskedNote}
      end={
        isProofMissing && targetId !== null ? (
          <a href={pathTo('target', { id: targetId }, { tab: 'proof' })}>{words.giveProof}</a>
        ) : undefined
      }
    >
      <ul class="rows">
        {rows.map((run) => (
          <li key={run.scanner} class="stack">
            <h3>{scannerTitleOf(run)}</h3>
            {run.status === 'refused' || run.status === 'not-asked' ? (
              <p>
                <RunChip status={run.status} isPlain /> {run.reason === null ? '' : reasonOf(run.reason)}
                {run.detail === null ? null : (
                  <>
                    {': '}
                    <Theirs text={run.detail} />
                  </>
                )}
              </p>
            ) : null}
            <Missing run={run} />
            <LeftOut run={run} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const Missing = ({ run: { authority } }: { readonly run: Run }) =>
  authority === null || authority.missing.length === 0 ? null : (
    <dl class="kv">
      {authority.missing.map(({ what, how }) => (
        <div key={what}>
          <dt>
            <Theirs text={what} />
          </dt>
          <dd>
            <Theirs text={how} />
          </dd>
        </div>
      ))}
    </dl>
  )

/** By reason, since a thousand ports have one. */
function LeftOut({ run: { coverage } }: { readonly run: Run }) {
  const byReason = Map.groupBy(coverage?.leftOut ?? [], ({ reason }) => reason)
  return byReason.size === 0 ? null : (
    <ul>
      {[...byReason].map(([reason, gaps]) => (
        <li key={reason}>
          {reasonOf(reason)}:{' '}
          <span class="mono">
            <Theirs
              text={gaps
                .slice(0, shownAtMost)
                .map(({ what }) => what)
                .join(', ')}
            />
          </span>
          {gaps.length > shownAtMost ? ` … (${number(gaps.length)})` : ''}
        </li>
      ))}
    </ul>
  )
}
