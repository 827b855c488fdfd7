import { useMay } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { History } from '../../parts/history.tsx'
import { Chip, Count, ScanChip, SeverityMark } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as findingWords } from '../../words/finding.ts'
import { titleOf } from '../../words/findings.ts'
import { targets as words } from '../../words/targets.ts'
import { PortsOverTime } from './ports.tsx'
import { proofChips } from './proof-chips.ts'
import type { Target } from './target.tsx'

const shownAtMost = 5

/** What is worst, what changed last, what is known: each with the way to all of it. */
export const Overview = ({ target }: { readonly target: Target }) => (
  <>
    <div class="split">
      <div>
        <Worst target={target} />
        <PortsOverTime target={target} />
      </div>
      <div>
        <Facts target={target} />
        <Latest target={target} />
      </div>
    </div>
  </>
)

/** The sentence that a target's page begins with. */
export function Statement({ target: { id, standing } }: { readonly target: Target }) {
  const { open, worst, untold, notRetested, proof, lastScan } = standing
  if (lastScan === null) return <p class="statement">{words.neverScanned}</p>
  return (
    <p class="statement">
      {open === 0 ? (
        words.nothingOpen
      ) : (
        <>
          <a class="n" href={pathTo('findings', {}, { target: id, decision: 'none' })}>
            {words.openFindings(open)}
          </a>
          {words.worstIs(common.severity[worst!].toLowerCase())}
        </>
      )}{' '}
      {untold === 0 ? null : (
        <>
          <a class="n unknown" href={pathTo('scan', { id: lastScan.id }, { tab: 'untold' })}>
            {words.checks(untold)}
          </a>
          {words.untoldAfter(untold)}{' '}
        </>
      )}
      {notRetested === 0 ? null : (
        <>
          <a class="n unknown" href={pathTo('findings', {}, { target: id, retested: 'false' })}>
            {words.openFindings(notRetested)}
          </a>
          {words.notRetestedAfter(notRetested)}{' '}
        </>
      )}
      {proof === 'none' ? (
        <a class="n" href={pathTo('target', { id }, { tab: 'proof' })}>
          {words.notProved}
        </a>
      ) : null}
    </p>
  )
}

function Worst({ target: { id } }: { readonly target: Target }) {
  const findings = useAnswer('GET /v1/findings', {
    query: { target: id, state: 'open,regressed', decision: 'none', limit: shownAtMost },
  })
  return (
    <Section
      id="worst"
      title={words.worst}
      end={<a href={pathTo('target', { id }, { tab: 'findings' })}>{words.allFindings}</a>}
    >
      <Answer of={findings}>
        {({ findings: worst }) =>
          worst.length === 0 ? (
            <p class="soft">{words.noFindings}</p>
          ) : (
            <ol class="urgent">
              {worst.map((finding) => (
                <li key={finding.id}>
                  <SeverityMark severity={finding.severity} />
                  <div>
                    <h3>
                      <a class="row-link" href={pathTo('finding', { id: finding.id })}>
                        {titleOf(finding)}
                      </a>
                    </h3>
                    <p class="meta">
                      <span class="mono">
                        <Theirs text={finding.subject} />
                      </span>
                      <span>
                        {findingWords.openSince} <When at={finding.openedAt} />
                      </span>
                      {finding.retest === 'not-retested' ? (
                        <Chip kind="unknown" isPlain>
                          {findingWords.notRetested}
                        </Chip>
                      ) : null}
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

function Latest({ target: { id } }: { readonly target: Target }) {
  const timeline = useAnswer('GET /v1/targets/{id}/timeline', { path: { id }, query: { limit: shownAtMost } })
  return (
    <Section
      id="latest"
      title={words.latest}
      end={<a href={pathTo('target', { id }, { tab: 'timeline' })}>{words.tabs.timeline}</a>}
    >
      <Answer of={timeline}>
        {({ timeline: changes }) =>
          changes.length === 0 ? (
            <p class="soft">{words.timelineEmpty}</p>
          ) : (
            <History
              changes={changes}
              about={(_, i) => <a href={pathTo('finding', { id: changes[i]!.findingId })}>{titleOf(changes[i]!)}</a>}
            />
          )
        }
      </Answer>
    </Section>
  )
}

function Facts({ target }: { readonly target: Target }) {
  const may = useMay()
  const { id, standing, ownerContact, note, leastSeverity, watchedSince } = target
  const schedules = useAnswer('GET /v1/schedules', may('schedules:read') ? { query: { target: id, limit: 100 } } : null)
  const next = schedules.data?.schedules
    .flatMap(({ nextRuns, isPaused }) => (isPaused ? [] : nextRuns.filter(({ blackout }) => blackout === null)))
    .map(({ at }) => at)
    .sort()[0]
  return (
    <Section id="facts" title={words.facts}>
      <dl class="kv">
        <div>
          <dt>{words.lastScan}</dt>
          <dd>
            {standing.lastScan === null ? (
              common.never
            ) : (
              <>
                <a href={pathTo('scan', { id: standing.lastScan.id })}>
                  <When at={standing.lastScan.createdAt} />
                </a>{' '}
                <ScanChip status={standing.lastScan.status} isPlain />
              </>
            )}
          </dd>
        </div>
        {schedules.data === undefined ? null : (
          <div>
            <dt>{words.nextScan}</dt>
            <dd>
              {next === undefined ? words.noNext : <When at={next} as="date" />}
              <small>
                <Count n={schedules.data.schedules.length} href={pathTo('target', { id }, { tab: 'schedule' })} />{' '}
                {words.schedulesReach(schedules.data.schedules.length)}
              </small>
            </dd>
          </div>
        )}
        <div>
          <dt>{words.tabs.proof}</dt>
          <dd>
            <Chip kind={proofChips[standing.proof]} isPlain>
              {words.proofs[standing.proof]}
            </Chip>
          </dd>
        </div>
        <div>
          <dt>{words.watched}</dt>
          <dd>{watchedSince === null ? words.notWatched : <When at={watchedSince} as="date" />}</dd>
        </div>
        {leastSeverity === null ? null : (
          <div>
            <dt>{words.least}</dt>
            <dd>{common.severity[leastSeverity]}</dd>
          </div>
        )}
        {ownerContact === '' ? null : (
          <div>
            <dt>{words.owner}</dt>
            <dd>{ownerContact}</dd>
          </div>
        )}
        {note === '' ? null : (
          <div>
            <dt>{words.note}</dt>
            <dd class="said">{note}</dd>
          </div>
        )}
      </dl>
    </Section>
  )
}
