import type { Scan } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import type { Act } from '../../api/use-act.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { isWorthAskingAgain, wayOutOf } from '../../parts/ways-out.ts'
import { reasonOf, scannerTitleOf, titleOf } from '../../words/findings.ts'
import { list, number } from '../../words/format.ts'
import { scan as words } from '../../words/scan.ts'
import { waysOut } from '../../words/ways-out.ts'
import type { Cause } from './causes.ts'
import type { Gathered } from './told.ts'

const shownAtMost = 6

/** What could not be told, by cause: what was asked, what happened, the way out, and asking it again. */
export const Untold = ({
  scan,
  causes,
  rerun,
  onAskAgain,
}: {
  readonly scan: Scan
  readonly causes: readonly Cause[]
  readonly rerun: Act<'POST /v1/scans/{id}/rerun'>
  readonly onAskAgain: (scanners: readonly string[]) => void
}) => {
  const may = useMay()
  const checks = causes.reduce((sum, cause) => sum + cause.checks.length, 0)
  return (
    <Section
      id="untold"
      title={words.untold}
      note={causes.length === 0 ? undefined : words.byCause(checks, causes.length)}
    >
      {causes.length === 0 ? (
        <Empty icon="done" title={words.noneUntold}>
          {words.answeredNotSafe}
        </Empty>
      ) : (
        <ul class="doubts">
          {causes.map((cause) => (
            <li key={`${cause.scanner} ${cause.reason}`}>
              <Doubt cause={cause} host={scan.target.display} />
              {may('scans:write') && isWorthAskingAgain(cause.reason) ? (
                <button
                  class="button small"
                  type="button"
                  aria-disabled={rerun.isBusy}
                  onClick={() => onAskAgain([cause.scanner])}
                >
                  <Icon name="retry" />
                  {words.askThese}
                  <span class="visually-hidden">
                    : {scannerTitleOf(cause)}, {reasonOf(cause.reason)}
                  </span>
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

const Doubt = ({ cause, host }: { readonly cause: Cause; readonly host: string }) => {
  const { reason, detail, isWholeRun, checks, asks } = cause
  return (
    <>
      <div>
        <Icon name="unknown" />
        <h3>
          {scannerTitleOf(cause)}: {reasonOf(reason)}
        </h3>
        <span class="faint s">
          {isWholeRun ? words.wholeRun : checks.length === 0 ? words.noCheckHangs : words.nUntold(checks.length)}
        </span>
      </div>
      <dl>
        {checks.length === 0 ? null : (
          <div>
            <dt>{words.open}</dt>
            <dd>
              <ul>
                <Questions checks={checks.slice(0, shownAtMost)} host={host} />
              </ul>
              {checks.length <= shownAtMost ? null : (
                <details class="as-table">
                  <summary>
                    <Icon name="chevron-right" />
                    {words.andMore(checks.length - shownAtMost)}
                  </summary>
                  <ul>
                    <Questions checks={checks.slice(shownAtMost)} host={host} />
                  </ul>
                </details>
              )}
            </dd>
          </div>
        )}
        {asks.length === 0 ? null : (
          <div>
            <dt>{words.askedHead}</dt>
            <dd class="mono">
              <Theirs text={asks.slice(0, shownAtMost).join(', ')} />
              {asks.length > shownAtMost ? ` … (${number(asks.length)})` : ''}
            </dd>
          </div>
        )}
        {detail === null ? null : (
          <div>
            <dt>{words.happened}</dt>
            <dd>
              <Theirs text={detail} />
            </dd>
          </div>
        )}
        <div>
          <dt>{words.wayOut}</dt>
          <dd>{waysOut[wayOutOf(reason)]}</dd>
        </div>
      </dl>
    </>
  )
}

const Questions = ({ checks, host }: { readonly checks: readonly Gathered[]; readonly host: string }) => (
  <>
    {checks.map((gathered, i) => (
      <li key={i}>
        <OpenQuestion gathered={gathered} host={host} />
      </li>
    ))}
  </>
)

const OpenQuestion = ({
  gathered: { finding, addresses },
  host,
}: {
  readonly gathered: Gathered
  readonly host: string
}) => (
  <>
    {titleOf(finding)}
    {finding.subject === host && addresses.length === 0 ? null : (
      <span class="sub mono">
        <Theirs text={addresses.length === 0 ? finding.subject : `${finding.subject} · ${list(addresses)}`} />
      </span>
    )}
  </>
)
