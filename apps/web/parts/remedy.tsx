import type { Operations } from '../../client/index.ts'
import { pathTo } from '../paths.ts'
import { common } from '../words/common.ts'
import { remedyOf, titleOf } from '../words/findings.ts'
import { list } from '../words/format.ts'
import { risk as words } from '../words/risk.ts'
import { scannerName } from '../words/scanners.ts'
import { SeverityMark } from './marks.tsx'
import { When } from './when.tsx'

export type Remedy = Operations['GET /v1/risk']['answer']['remedies'][number]

/** What one mend would help: what is wrong, why it stands where it stands, the mend, and how many findings go with it. */
export const RemedyItem = ({ remedy, isWhole = false }: { readonly remedy: Remedy; readonly isWhole?: boolean }) => {
  const href = pathTo('findings', {}, { rule: remedy.rule, decision: 'none' })
  const Heading = isWhole ? 'h2' : 'h3'
  return (
    <li>
      <SeverityMark severity={remedy.severity} />
      <div>
        <Heading>
          <a class="row-link" href={href}>
            {titleOf(remedy)}
          </a>
        </Heading>
        <p>{remedyOf(remedy)}</p>
        <p class="s">
          {words.why} {list(remedy.why.map(({ code }) => whyOf(remedy, code)))}.
        </p>
        <p class="meta">
          <a class="n" href={href}>
            {words.findings(remedy.findings, remedy.targets)}
          </a>
          <span>
            {words.openSince} <When at={remedy.oldestOpenedAt} />
          </span>
          {isWhole ? (
            <>
              <span>{scannerName(remedy.scanner)}</span>
              <span class="mono">{remedy.rule}</span>
              <span>{remedy.reference}</span>
            </>
          ) : null}
        </p>
      </div>
    </li>
  )
}

function whyOf(
  { severity, targets, findings, regressed, notRetested }: Remedy,
  code: Remedy['why'][number]['code'],
): string {
  switch (code) {
    case 'severity':
      return words.bySeverity(common.severity[severity].toLowerCase())
    case 'many-targets':
      return words.byTargets(findings, targets)
    case 'regressed':
      return words.byRegressed(regressed)
    case 'open-long':
      return words.byAge
    case 'not-retested':
      return words.byDoubt(notRetested)
  }
}
