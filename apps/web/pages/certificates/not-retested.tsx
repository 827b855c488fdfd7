import { Chip } from '../../parts/marks.tsx'
import { certificates as words } from '../../words/certificates.ts'

/** Beside what stands as an earlier run saw it. */
export const NotRetested = () => (
  <Chip kind="unknown" isPlain>
    {words.notRetested}
  </Chip>
)
