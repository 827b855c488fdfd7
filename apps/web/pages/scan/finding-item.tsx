import { Command } from '../../parts/copy.tsx'
import { Evidence, Theirs } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip, SeverityMark } from '../../parts/marks.tsx'
import { list } from '../../words/format.ts'
import { reasonOf, remedyOf, titleOf } from '../../words/findings.ts'
import { scan as words } from '../../words/scan.ts'
import { commandFor, type Gathered, linesOf } from './told.ts'

/** One thing that is wrong, or could not be told: what, where, the evidence, the mend. */
export function FindingItem({
  gathered: { finding, addresses },
  host,
  isOpen,
}: {
  readonly gathered: Gathered
  readonly host: string
  readonly isOpen: boolean
}) {
  const isUnknown = finding.verdict === 'unknown'
  const where = addresses.length === 0 ? finding.subject : `${finding.subject} · ${list(addresses)}`
  return (
    <li>
      <details class="finding" open={isOpen}>
        <summary>
          <Icon name="chevron-right" className="turn" />
          {isUnknown ? (
            <Chip kind="unknown" isPlain>
              {reasonOf(finding.reason ?? '')}
            </Chip>
          ) : (
            <SeverityMark severity={finding.severity} />
          )}
          <span class="finding-title">
            <h3>{titleOf(finding)}</h3>
          </span>
          <span class="finding-state mono">
            <Theirs text={where} />
          </span>
        </summary>
        <div class="finding-body">
          {finding.evidence === null || Object.keys(finding.evidence).length === 0 ? null : (
            <div class="part">
              <h4>{words.evidence}</h4>
              <div>
                <Evidence source={words.sentBy(where)} text={linesOf(finding.evidence)} isUnknown={isUnknown} />
              </div>
            </div>
          )}
          <div class="part">
            <h4>{words.seeYourself}</h4>
            <div>
              <Command text={commandFor(finding, host)} />
            </div>
          </div>
          {isUnknown ? null : (
            <div class="part">
              <h4>{words.remedy}</h4>
              <div>
                <p>{remedyOf(finding)}</p>
              </div>
            </div>
          )}
          <p class="rule faint s">
            <code>{finding.rule}</code> · {words.reference}: {finding.reference}
          </p>
        </div>
      </details>
    </li>
  )
}
