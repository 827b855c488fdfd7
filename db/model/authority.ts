import { z } from 'zod'

/** `passive`: what any visitor does, once and politely. `active`: what only an owner may ask for. */
export const tiers = ['passive', 'active'] as const
export type Tier = (typeof tiers)[number]

/** By what right an address is touched, the strongest first; `operator`: SCAN_ALLOW opens it. */
export const bases = ['operator', 'proved', 'attested', 'passive'] as const
export type Basis = (typeof bases)[number]

export const proofKinds = ['dns-txt', 'http-file', 'ptr'] as const
export type ProofKind = (typeof proofKinds)[number]
/** A TXT record on a name says nothing of an address. */
export type AddressProofKind = Exclude<ProofKind, 'dns-txt'>

/** What a check came to. `unknown`: it could not be told, which is neither. */
export const proofStatuses = ['waiting', 'holds', 'fails', 'unknown'] as const
export type ProofStatus = (typeof proofStatuses)[number]

/** A proof that held is not asked for again for so long. */
export const proofHours = 24

/** What is missing, and how to give it. */
const missing = z.object({ what: z.string().max(300), how: z.string().max(600) })
export type Missing = z.output<typeof missing>

/** By what right a run touched what it touched; stands on the run for good. */
export const runAuthority = z.object({
  /** Of the name, or of the address where that is the target. */
  basis: z.enum(bases),
  /** Why the target counts as proved: the kind of proof, and the name above it whose proof covers it. */
  proof: z.object({ kind: z.enum(proofKinds), name: z.string().max(300).nullable() }).nullable(),
  /** In the words of who stated it; null where nobody did. */
  sentence: z.string().max(1000).nullable(),
  addresses: z
    .array(z.object({ address: z.string().max(50), basis: z.enum(bases), proof: z.enum(proofKinds).nullable() }))
    .max(64),
  missing: z.array(missing).max(64),
})
export type RunAuthority = z.output<typeof runAuthority>

/** By what a target may be asked more than one visit: what it publishes itself, an admin's sentence, or nothing; lapsed where it published it once. */
export const targetProofs = ['proved', 'attested', 'lapsed', 'none'] as const
export type TargetProof = (typeof targetProofs)[number]
