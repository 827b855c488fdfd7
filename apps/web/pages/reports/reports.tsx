import { Page, Section } from '../../parts/page.tsx'
import { shell } from '../../words/shell.ts'
import { tell as words } from '../../words/tell.ts'
import { formats, Shares } from './shares.tsx'

export default function Reports() {
  return (
    <Page title={shell.pages.reports} note={<span>{words.reportsNote}</span>}>
      <Section id="all" title={words.ofAll} note={words.ofTarget}>
        <p class="links">
          {formats.map((format) => (
            <a key={format} class="button" href={`/v1/report?format=${format}`} download>
              {format.toUpperCase()}
            </a>
          ))}
        </p>
      </Section>
      <Shares />
    </Page>
  )
}
