import { z } from 'zod'
import { factNames, outcomes } from './facts.ts'
import { eppStatuses } from './statuses.ts'

export const options = z.strictObject({
  timeoutMillis: z
    .number()
    .int()
    .min(500)
    .max(30_000)
    .default(10_000)
    .describe('Longest time for one query, from its first packet to its last.'),
})
export type WhoisOptions = z.output<typeof options>

/** An instant in UTC, or a day where no time or no zone was told. */
const isoDate = z.union([z.iso.date(), z.iso.datetime()])
const reason = z.string().max(100)

export const result = z.object({
  /** The registrable domain, in A-labels. */
  domain: z.string().max(253),
  outcome: z.enum(outcomes),
  /** Which protocol told the facts; null where nothing was told. */
  source: z.enum(['rdap', 'whois']).nullable(),
  /** Where the list of RDAP services came from: `fetched`, or `shipped` and its date; null where it was not needed. */
  bootstrap: z.string().max(40).nullable(),
  /** Every query about the domain, in the order in which they were asked. */
  servers: z
    .array(
      z.object({
        protocol: z.enum(['rdap', 'whois']),
        server: z.string().max(310),
        answer: z.enum([...outcomes, 'referral']),
        reason: reason.nullable(),
      }),
    )
    .max(8),
  registrar: z.object({ name: z.string().max(200), ianaId: z.string().max(9).nullable() }).nullable(),
  createdAt: isoDate.nullable(),
  updatedAt: isoDate.nullable(),
  expiresAt: isoDate.nullable(),
  /** By EPP's names (RFC 5731, RFC 3915); empty where the registry has only words of its own. */
  statuses: z.array(z.enum(eppStatuses)).max(24).nullable(),
  /** The registry's own words for a status, as they were said. */
  otherStatuses: z.array(z.string().max(200)).max(64),
  nameServers: z.array(z.string().max(253)).max(64).nullable(),
  /** True where the delegation is signed (a DS record in the parent zone). */
  dnssec: z.boolean().nullable(),
  /** Why each field that is null is not known, and what was said in its place, if anything was. */
  unknown: z
    .array(z.object({ field: z.enum(factNames), reason, said: z.string().max(200).optional() }))
    .max(factNames.length),
})
export type WhoisResult = z.output<typeof result>
