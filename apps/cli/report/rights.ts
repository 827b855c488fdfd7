import { inert } from '#db/model/inert.ts'
import { labelled, widthOf } from '../layout.ts'
import type { Run } from '../scan-document.ts'
import { grouped, type Look } from './look.ts'

/** By what right each scanner touched the target; what was stated is never called proved. Nothing where runs do not say. */
export function byWhatRight(runs: readonly Run[], { width }: Look): string[] {
  const known = runs.flatMap((run) => (run.tier && run.authority ? [{ ...run, right: rightOf(run) }] : []))
  const lines = grouped(known, ({ right }) => right).map(
    ([right, some]) => [some.map(({ scanner }) => scanner).join(', '), right] as const,
  )
  const column = Math.min(40, Math.max(0, ...lines.map(([names]) => widthOf(inert(names)))) + 4)
  return lines.flatMap(([names, right]) => labelled(inert(names), inert(right), { indent: 2, column, width }))
}

function rightOf({ tier, status, authority }: Run): string {
  const { basis, sentence, proof } = authority!
  if (status === 'refused' && basis === 'passive') return 'nothing was asked: it needs a proof'
  if (tier === 'passive' && basis !== 'operator') return 'a visit as anybody makes it'
  if (basis === 'operator') return 'opened by the operator of this Portlight (SCAN_ALLOW)'
  if (basis === 'attested') return `attested, not proved: “${sentence ?? ''}”`
  if (basis === 'proved') return `proved (${proof?.kind ?? 'unknown'}${proof?.name ? ` on ${proof.name}` : ''})`
  return 'a visit as anybody makes it'
}
