import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { SeverityMark } from '../../parts/marks.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { finding as words } from '../../words/finding.ts'
import { remedyOf, titleOf } from '../../words/findings.ts'
import { shell } from '../../words/shell.ts'

/** What to fix first: by remedy, in an order that can be said in a sentence. */
export default function Risk() {
  const risk = useAnswer('GET /v1/risk', {})
  return (
    <Page title={shell.pages.risk} note={<span>{words.riskNote}</span>}>
      <Answer of={risk}>
        {({ remedies }) =>
          remedies.length === 0 ? (
            <Empty icon="done" title={words.riskEmpty}>
              {words.riskEmptyText}
            </Empty>
          ) : (
            <ol class="urgent">
              {remedies.map((remedy) => (
                <li key={remedy.rule}>
                  <SeverityMark severity={remedy.severity} />
                  <div>
                    <h2>
                      <a class="row-link" href={pathTo('findings', {}, { rule: remedy.rule, decision: 'none' })}>
                        {titleOf(remedy)}
                      </a>
                    </h2>
                    <p>{remedyOf(remedy)}</p>
                    <p class="meta">
                      <a class="n" href={pathTo('findings', {}, { rule: remedy.rule, decision: 'none' })}>
                        {words.riskFindings(remedy.findings, remedy.targets)}
                      </a>
                      <span>
                        {words.openSince} <When at={remedy.oldestOpenedAt} />
                      </span>
                    </p>
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </Page>
  )
}
