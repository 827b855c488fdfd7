import { Chip } from '../../parts/marks.tsx'
import { common } from '../../words/common.ts'
import { finding as words } from '../../words/finding.ts'
import type { KeptFinding } from './decide.tsx'

/** How a finding stands: its state, what was decided, and whether anybody could ask again. */
export const Standing = ({ finding: { state, decision, retest } }: { readonly finding: KeptFinding }) => (
  <>
    <Chip kind={state === 'fixed' ? 'ok' : state} isPlain>
      {common.findingState[state]}
    </Chip>
    {decision === 'none' ? null : (
      <>
        {' '}
        <Chip kind="accepted" isPlain>
          {words.decisions[decision]}
        </Chip>
      </>
    )}
    {retest === 'not-retested' ? (
      <>
        {' '}
        <Chip kind="unknown" isPlain>
          {words.notRetested}
        </Chip>
      </>
    ) : null}
  </>
)
