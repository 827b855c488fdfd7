import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { reports as words } from '../../words/reports.ts'
import { shell } from '../../words/shell.ts'
import type { About } from './about.ts'
import { AboutField, type Initial } from './about-field.tsx'
import { Formats } from './formats.tsx'
import { Shares } from './shares.tsx'

/** `?target=` is the one that the report is of at first. */
export default function Reports() {
  const targetId = useLocation().query['target'] ?? ''
  const target = useAnswer('GET /v1/targets/{id}', targetId === '' ? null : { path: { id: targetId } })
  return (
    <Page title={shell.pages.reports} note={words.note}>
      <Section id="make" title={words.make}>
        {targetId === '' ? (
          <Make initial={null} />
        ) : (
          <Answer of={target}>{(target) => <Make key={target.id} initial={target} />}</Answer>
        )}
      </Section>
      <Shares />
    </Page>
  )
}

function Make({ initial }: { readonly initial: Initial | null }) {
  const [about, setAbout] = useState<About | null>(
    initial === null ? { kind: 'all' } : { kind: 'target', id: initial.id },
  )
  return (
    <div class="form narrow">
      <AboutField
        name="of"
        legend={words.of}
        kinds={['all', 'target', 'scan']}
        initial={initial}
        onChange={(about) => setAbout(about)}
      />
      {about === null ? <p class="soft">{words.chooseFirst}</p> : <Formats about={about} />}
    </div>
  )
}
