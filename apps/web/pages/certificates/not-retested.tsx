import { Chip } from '../../parts/marks.tsx'
import { certificates as words } from '../../words/certificates.ts'

/** Beside what stands as an earlier run saw it. */
export const NotRetestedChip = () => (
  <Chip kind="unknown" isPlain>
    {words.notRetested}
  </Chip>
)

/** Under when it was seen. */
export const NotRetested = () => (
  <span class="sub">
    <NotRetestedChip />
  </span>
)
