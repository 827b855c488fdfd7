import { z } from '@hono/zod-openapi'
import { retryStandings } from '#db/model/act.ts'
import { lanes, runStatuses, scanStatuses } from '#db/model/scan.ts'
import { targetKinds } from '#db/model/target.ts'
import type { JobRow, ScanFilter } from '#db/queries/everybodys-scans.ts'

const instant = z.iso.datetime()

/** Which scans of all organisations. */
export const scanFilter = z.strictObject({
  status: z.enum(scanStatuses).optional(),
  reason: z.string().max(100).optional(),
  target: z.string().min(2).max(253).optional().openapi({ description: 'A part of the name or address.' }),
  organisationId: z.uuid().optional(),
  account: z.string().max(320).optional().openapi({
    description: 'Who asked: a user by mail address, or a user, service account, key, session or schedule by id.',
  }),
  error: z.string().min(2).max(200).optional().openapi({
    description: 'A part of why a run failed or told nothing; without `since` within the last 24 hours.',
  }),
  cause: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional()
    .openapi({
      description: 'As `/v1/instance/failures` names it; without `since` of runs that ended within the last 24 hours.',
    }),
  failedHours: z.coerce.number().int().min(1).max(720).optional().openapi({
    description:
      'With a run that failed or told nothing, and ended within so many hours; `cause`, `error` and `retry` look there.',
  }),
  retry: z.enum(retryStandings).optional().openapi({
    description:
      'Of scans with a run that failed or told nothing, without `since` within the last 24 hours, how the newest retry by an act stands: `none` without one, `waits` until it ends, `told` where it answered everything, `failed` where it did not.',
  }),
  requestId: z.string().max(64).optional(),
  lane: z.enum(lanes).optional(),
  since: instant.optional().openapi({ description: 'Asked for at this time or later.' }),
  until: instant.optional().openapi({ description: 'Asked for before this time.' }),
})

export const filterOf = ({ lane, ...rest }: z.output<typeof scanFilter>): ScanFilter =>
  lane === undefined ? rest : { ...rest, lane: lanes.indexOf(lane) }

export const jobDocument = z
  .object({
    id: z.uuid(),
    organisation: z.object({ id: z.uuid(), name: z.string() }),
    target: z.object({ canonical: z.string(), display: z.string(), kind: z.enum(targetKinds) }),
    status: z.enum(scanStatuses),
    reason: z.string().nullable(),
    lane: z.enum(lanes),
    attempt: z.int(),
    lapses: z.int().openapi({ description: 'Leases that ran out.' }),
    workerId: z.uuid().nullable().openapi({ description: 'Who claimed it last.' }),
    requestedBy: z.uuid().nullable().openapi({ description: 'The credential or schedule that asked.' }),
    requestId: z.string().nullable(),
    rerunOf: z.uuid().nullable(),
    createdAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    deadline: instant,
    errors: z
      .array(
        z.object({
          scanner: z.string(),
          status: z.enum(runStatuses),
          reason: z.string().nullable(),
          detail: z.string().nullable(),
        }),
      )
      .openapi({ description: 'Of runs that failed, were refused or told nothing.' }),
  })
  .openapi('Job')

export const writeJob = ({
  organisationId,
  organisation,
  kind,
  canonical,
  display,
  cursor: _cursor,
  ...job
}: JobRow) => ({
  ...job,
  organisation: { id: organisationId, name: organisation },
  target: { canonical, display, kind },
  lane: lanes[job.lane]!,
  createdAt: job.createdAt.toISOString(),
  startedAt: job.startedAt?.toISOString() ?? null,
  finishedAt: job.finishedAt?.toISOString() ?? null,
  deadline: job.deadline.toISOString(),
  errors: [...job.errors],
})
