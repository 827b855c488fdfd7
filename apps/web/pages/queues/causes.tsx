import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { CoverageBar } from '../../parts/coverage.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { later } from '../../parts/later.tsx'
import { Chip, Count } from '../../parts/marks.tsx'
import { Empty, Section, Tabs } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { queues as words } from '../../words/queues.ts'
import { hours as spans } from '../job/filter.ts'

// Comes when somebody acts: most look.
const ActOnJobs = later(() => import('../job/act.tsx').then(({ ActOnJobs }) => ActOnJobs))

type Failure = Operations['GET /v1/instance/failures']['answer']['failures'][number]

const askMillis = 3000
const usualHours = 24

/** Why scans failed or told nothing, by cause, and how their retries stand: the counts move as it heals. */
export function Causes() {
  const { query } = useLocation()
  const hours = spans.find((span) => String(span) === query['hours']) ?? usualHours
  const failures = useAnswer('GET /v1/instance/failures', { query: { hours } }, { everyMillis: askMillis })
  const [retried, setRetried] = useState<Failure | null>(null)
  return (
    <Section id="causes" title={words.causes} note={words.causesNote}>
      <Tabs
        label={words.within}
        tabs={spans.map((span) => ({
          label: words.hours[span],
          href: `${pathTo('queues', {}, { ...query, hours: span === usualHours ? null : span })}#causes`,
          isCurrent: span === hours,
        }))}
      />
      <Answer of={failures}>
        {({ failures, isCut }) =>
          failures.length === 0 ? (
            <Empty icon="ok" title={words.noCauses}>
              {words.noCausesText}
            </Empty>
          ) : (
            <>
              {isCut ? <p class="soft">{words.moreCauses}</p> : null}
              <ul class="rows causes">
                {failures
                  .toSorted((a, b) => b.retries.none - a.retries.none)
                  .map((failure) => (
                    <Cause key={failure.cause} failure={failure} hours={hours} onRetry={() => setRetried(failure)} />
                  ))}
              </ul>
            </>
          )
        }
      </Answer>
      {retried === null ? null : (
        <ActOnJobs
          act="retry"
          filter={{ cause: retried.cause, failedHours: hours }}
          about={<CauseWords failure={retried} />}
          onDone={failures.reload}
          onClose={() => setRetried(null)}
        />
      )}
    </Section>
  )
}

const CauseWords = ({ failure: { scanner, reason, words: said } }: { readonly failure: Failure }) => (
  <span class="cause-words">
    <span class="tag">{scanner}</span> {reason === null ? null : <b>{reasonOf(reason)}</b>}
    {said === '' ? null : (
      <span class="sub mono">
        <Theirs text={said} />
      </span>
    )}
  </span>
)

const standings = ['none', 'waits', 'told', 'failed'] as const

function Cause({
  failure,
  hours,
  onRetry,
}: {
  readonly failure: Failure
  readonly hours: number
  readonly onRetry: () => void
}) {
  const isAdmin = useMay()('instance:write')
  const { cause, status, scans, organisations, retries, firstAt, lastAt, latest } = failure
  const hrefOf = (retry?: string) => pathTo('jobs', {}, { cause, failedHours: hours, retry })
  const isRetried = retries.none < scans
  return (
    <li>
      <a class="n cause-n" href={hrefOf()}>
        {words.scans(scans)}
      </a>
      <div>
        <h3>
          <CauseWords failure={failure} />
        </h3>
        <p class="meta">
          <span>{common.runStatus[status]}</span>
          <span>{words.organisations(organisations)}</span>
          <span>
            {words.first} <When at={firstAt} />, {words.last} <When at={lastAt} />
          </span>
          <span class="links">
            {words.examples}:{' '}
            {latest.map((id) => (
              <a key={id} class="mono" href={pathTo('job', { scan: id })}>
                {id.slice(-8)}
              </a>
            ))}
          </span>
        </p>
        {isRetried ? (
          <div class="healing">
            <CoverageBar answered={retries.told} untold={retries.waits} unasked={retries.none + retries.failed} />
            <ul class="links" aria-label={words.healing}>
              {standings
                .filter((standing) => retries[standing] > 0)
                .map((standing) => (
                  <li key={standing}>
                    <Count n={retries[standing]} href={hrefOf(standing)} /> {words.retries[standing]}
                  </li>
                ))}
            </ul>
          </div>
        ) : null}
      </div>
      {retries.none === 0 ? (
        <Chip kind="ok" isPlain>
          {words.healed}
        </Chip>
      ) : isAdmin ? (
        <button class="button small" type="button" onClick={onRetry}>
          <Icon name="retry" />
          {words.retryN(retries.none)}
        </button>
      ) : (
        <span class="soft s">
          <Count n={retries.none} href={hrefOf('none')} /> {words.retries.none}
        </span>
      )}
    </li>
  )
}
