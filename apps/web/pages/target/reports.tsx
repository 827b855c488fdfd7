import { useMay } from '../../api/me.ts'
import { Section } from '../../parts/page.tsx'
import { targets as words } from '../../words/targets.ts'
import { formats, Shares } from '../reports/shares.tsx'
import type { Target } from './target.tsx'

/** What can be handed on: files of how it stands, and links for people without an account. */
export function Reports({ target }: { readonly target: Target }) {
  const may = useMay()
  return (
    <>
      <Section id="report" title={words.report} note={words.reportNote}>
        <p class="links">
          {formats.map((format) => (
            <a key={format} class="button" href={`/v1/targets/${target.id}/report?format=${format}`} download>
              {format.toUpperCase()}
            </a>
          ))}
        </p>
      </Section>
      {may('findings:read') ? <Shares targetId={target.id} /> : null}
    </>
  )
}
