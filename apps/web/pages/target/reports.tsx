import { useMay } from '../../api/me.ts'
import { Section } from '../../parts/page.tsx'
import { targets as words } from '../../words/targets.ts'
import { Formats } from '../reports/formats.tsx'
import { Shares } from '../reports/shares.tsx'
import type { Target } from './target.tsx'

/** What can be handed on: files of how it stands, and links for people without an account. */
export function Reports({ target }: { readonly target: Target }) {
  const may = useMay()
  return (
    <>
      <Section id="report" title={words.report} note={words.reportNote}>
        <Formats about={{ kind: 'target', id: target.id }} />
      </Section>
      {may('findings:read') ? <Shares target={target} /> : null}
    </>
  )
}
