import { z } from '@hono/zod-openapi'
import { proofKinds, proofStatuses, targetProofs } from '#db/model/authority.ts'
import { severities } from '#db/model/finding.ts'
import { scanStatuses } from '#db/model/scan.ts'
import { targetKinds } from '#db/model/target.ts'
import type { ProofRow } from '#db/queries/proofs.ts'
import type { TargetStanding } from '#db/queries/target-standing.ts'
import type { TargetRow } from '#db/queries/targets.ts'

const instant = z.iso.datetime()

export const targetDocument = z
  .object({
    id: z.uuid(),
    kind: z.enum(targetKinds),
    canonical: z.string(),
    display: z.string(),
    name: z.string(),
    tags: z.array(z.string()),
    ownerContact: z.string(),
    note: z.string(),
    pace: z
      .object({ connectionsPerSecond: z.int(), openConnections: z.int() })
      .nullable()
      .openapi({ description: 'What its owner allows once it is proved; null for the usual 1,000/s and 256 open.' }),
    leastSeverity: z.enum(severities).nullable().openapi({
      description: 'From which severity on people are told of it, whatever routes say; null for what each says.',
    }),
    isArchived: z.boolean(),
    watchedSince: instant
      .nullable()
      .openapi({ description: 'Since when its findings are kept; null where nobody watches it.' }),
    createdAt: instant,
  })
  .openapi('Target')

export const writeTarget = (row: TargetRow): z.input<typeof targetDocument> => ({
  id: row.id,
  kind: row.kind,
  canonical: row.canonical,
  display: row.display,
  name: row.name,
  tags: row.tags,
  ownerContact: row.ownerContact,
  note: row.note,
  pace:
    row.connectionsPerSecond === null || row.openConnections === null
      ? null
      : { connectionsPerSecond: row.connectionsPerSecond, openConnections: row.openConnections },
  leastSeverity: row.leastSeverity,
  isArchived: row.archivedAt !== null,
  watchedSince: row.watchedSince?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
})

const count = z.int().nonnegative()

export const standingTarget = targetDocument
  .extend({
    standing: z.object({
      open: count.openapi({ description: 'Findings that are neither fixed nor decided.' }),
      worst: z.enum(severities).nullable(),
      notRetested: count.openapi({ description: 'Of these, what the last scan could not tell, or did not ask.' }),
      untold: count.openapi({ description: 'Checks that the last run of each scanner could not tell.' }),
      proof: z.enum(targetProofs),
      lastScan: z.object({ id: z.uuid(), status: z.enum(scanStatuses), createdAt: instant }).nullable(),
    }),
  })
  .openapi('StandingTarget')

export const writeStandingTarget = (row: TargetRow, standing: TargetStanding): z.input<typeof standingTarget> => ({
  ...writeTarget(row),
  standing: {
    open: standing.open,
    worst: standing.urgency === null ? null : severities[standing.urgency]!,
    notRetested: standing.notRetested,
    untold: standing.untold,
    proof: standing.proof,
    lastScan:
      standing.scanId === null
        ? null
        : { id: standing.scanId, status: standing.scanStatus!, createdAt: standing.scanAt!.toISOString() },
  },
})

export const proofDocument = z
  .object({
    id: z.uuid(),
    kind: z.enum(proofKinds),
    token: z.string(),
    coversSubdomains: z.boolean(),
    publish: z.string().openapi({ description: 'What to publish, and where.' }),
    status: z
      .enum(proofStatuses)
      .openapi({ description: '`unknown`: the last check could not tell, which is neither.' }),
    reason: z.string().nullable(),
    checkedAt: instant.nullable(),
    heldAt: instant.nullable(),
    createdAt: instant,
    links: z.object({ self: z.string(), check: z.string() }),
  })
  .openapi('Proof of ownership')

export function writeProof(row: ProofRow): z.input<typeof proofDocument> {
  const self = `/v1/targets/${row.targetId}/proofs/${row.id}`
  return {
    id: row.id,
    kind: row.kind,
    token: row.token,
    coversSubdomains: row.coversSubdomains,
    publish: publishWords(row),
    status: row.status,
    reason: row.reason,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    heldAt: row.heldAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    links: { self, check: `${self}/check` },
  }
}

function publishWords({ kind, canonical, targetKind, token, coversSubdomains }: ProofRow): string {
  if (kind === 'ptr') return `The PTR record of ${canonical} leads to a name of yours that is proved and resolves back.`
  if (kind === 'dns-txt')
    return `_portlight-challenge.${canonical}. TXT "token=${token}${coversSubdomains ? ' covers=subdomains' : ''}"`
  const host = targetKind === 'address' && canonical.includes(':') ? `[${canonical}]` : canonical
  return `http://${host}/.well-known/portlight/${token} answers 200 with the token alone, without a redirect.`
}
