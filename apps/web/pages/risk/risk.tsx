import '../overview/style.css'
import { useLocation } from 'preact-iso/router'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Select } from '../../parts/form.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { type Remedy, RemedyItem } from '../../parts/remedy.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as findingWords } from '../../words/finding.ts'
import { risk as words } from '../../words/risk.ts'
import { shell } from '../../words/shell.ts'

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const

/** What to fix first: by remedy, in an order that can be said in a sentence. */
export default function Risk() {
  const { query, route } = useLocation()
  const risk = useAnswer('GET /v1/risk', {})
  const least = severities.find((severity) => severity === query['severity']) ?? 'info'
  return (
    <Page
      title={shell.pages.risk}
      note={<span>{findingWords.riskNote}</span>}
      actions={
        <Select
          name="severity"
          label={words.least}
          value={least}
          options={severities.toReversed().map((value) => ({
            value,
            label: value === 'info' ? words.all : common.severity[value],
          }))}
          onChange={({ currentTarget: { value } }) =>
            route(pathTo('risk', {}, { severity: value === 'info' ? null : value }), true)
          }
        />
      }
    >
      <Answer of={risk}>
        {({ remedies }) =>
          remedies.length === 0 ? (
            <Empty icon="findings" title={findingWords.riskEmpty}>
              {findingWords.riskEmptyText}
            </Empty>
          ) : (
            <Remedies
              remedies={remedies.filter(({ severity }) => severities.indexOf(severity) <= severities.indexOf(least))}
            />
          )
        }
      </Answer>
    </Page>
  )
}

const Remedies = ({ remedies }: { readonly remedies: readonly Remedy[] }) =>
  remedies.length === 0 ? (
    <Empty icon="findings" title={words.noneSoSevere} />
  ) : (
    <>
      <p class="statement">
        {words.total(
          remedies.length,
          remedies.reduce((sum, { findings }) => sum + findings, 0),
        )}
      </p>
      <ol class="urgent">
        {remedies.map((remedy) => (
          <RemedyItem key={`${remedy.scanner} ${remedy.rule}`} remedy={remedy} isWhole />
        ))}
      </ol>
    </>
  )
