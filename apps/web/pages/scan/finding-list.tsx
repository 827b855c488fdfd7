import { useState } from 'preact/hooks'
import { Empty, Section } from '../../parts/page.tsx'
import { common } from '../../words/common.ts'
import { scan as words } from '../../words/scan.ts'
import { results as resultWords } from '../../words/results.ts'
import { FindingItem } from './finding-item.tsx'
import type { Told } from './told.ts'

const atOnce = 100

/** What is wrong, the worst first; a host with hundreds of findings shows them in turns. */
export function FindingList({
  told: { present },
  host,
  hasCauses,
  here,
}: {
  readonly told: Told
  readonly host: string
  readonly hasCauses: boolean
  readonly here: (tab: 'untold' | 'coverage') => string
}) {
  const [shown, setShown] = useState(atOnce)
  return (
    <Section id="findings" title={words.findings} note={present.length === 0 ? undefined : words.worstFirst}>
      {present.length === 0 ? (
        <Empty
          icon={hasCauses ? 'unknown' : 'findings'}
          title={words.noFindings}
          action={
            <a class="button" href={here(hasCauses ? 'untold' : 'coverage')}>
              {hasCauses ? words.untold : words.coverage}
            </a>
          }
        >
          {words.emptyFindings}
        </Empty>
      ) : (
        <ol class="findings">
          {present.slice(0, shown).map((gathered, i) => (
            <FindingItem key={i} gathered={gathered} host={host} isOpen={i === 0} />
          ))}
        </ol>
      )}
      {present.length > shown ? (
        <p class="pager">
          <span>{resultWords.shownOf(shown, present.length)}</span>
          <button class="button" type="button" onClick={() => setShown(shown + atOnce)}>
            {common.more}
          </button>
        </p>
      ) : null}
    </Section>
  )
}
