import { createHash } from 'node:crypto'

/** How many rows of what were erased. */
export type ErasedCounts = Readonly<
  Record<'scans' | 'findings' | 'changes' | 'messages' | 'alerts' | 'proofs' | 'batchRows', number>
>

/** SHA-256, in hex, of `portlight-erased-v1`, the receipt's id and the host in its canonical spelling, each on a line of its own. */
export const erasureDigest = (id: string, canonical: string) =>
  createHash('sha256').update(['portlight-erased-v1', id, canonical].join('\n')).digest('hex')
