import { inert } from '#db/model/inert.ts'
import { count, labelled, widthOf } from '../layout.ts'
import { explain } from '../reasons.ts'
import type { Run } from '../scan-document.ts'
import { grouped, listed, type Look } from './look.ts'

type Gap = NonNullable<Run['coverage']>['leftOut'][number]

/** How far each scanner got: asked, answered, silent, and what was left out, by cause. */
export function howFar(runs: readonly Run[], { width }: Look): string[] {
  const names = runs.map(({ scanner }) => widthOf(inert(scanner)))
  const columns = { indent: 2, column: Math.min(24, Math.max(0, ...names) + 4), width }
  return runs.flatMap(({ scanner, coverage }) => {
    if (!coverage) return []
    const { unit, asked, answered, silent, unanswered, leftOut } = coverage
    const figures = `${count(asked)} ${unit} asked, ${count(answered)} answered, ${count(silent)} silent`
    return [
      ...labelled(inert(scanner), inert(figures), columns),
      ...gaps('unanswered', unanswered).flatMap((line) => labelled('', line, columns)),
      ...gaps('not asked', leftOut).flatMap((line) => labelled('', line, columns)),
    ]
  })
}

const gaps = (kind: string, list: readonly Gap[]) =>
  grouped(list, ({ reason }) => reason).map(
    ([reason, some]) => `${kind}: ${listed(some.map(({ what }) => inert(what)))}: ${inert(explain(reason))}`,
  )
