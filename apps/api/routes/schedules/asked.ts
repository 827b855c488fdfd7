import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { DomainError } from '#db/model/errors.ts'
import { nextInstant, type Timing } from '#db/model/schedule/instants.ts'
import { catchUps, everySecondsAtLeast, overlaps } from '#db/model/schedule/schedule.ts'
import { countTargets, type ScheduleFacts } from '#db/queries/schedules.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import type { ApiEnv } from '../../app.ts'
import * as fields from '../../documents/fields.ts'

const yearSeconds = 366 * 86_400

export const timing = {
  cron: z.string().max(200).optional().openapi({
    description: 'Exactly five fields, or one of `@hourly @daily @weekly @monthly @yearly`.',
    example: '0 2 * * 1-5',
  }),
  everySeconds: z
    .int()
    .min(everySecondsAtLeast)
    .max(yearSeconds)
    .optional()
    .openapi({ description: 'In place of `cron`.' }),
  zone: z
    .string()
    .max(60)
    .default('UTC')
    .openapi({ description: 'Of the IANA database.', example: 'Europe/Amsterdam' }),
}

export const scheduleFacts = {
  name: fields.personName.optional(),
  targets: z
    .strictObject({
      ids: z.array(z.uuid()).min(1).max(10_000).optional(),
      tags: z.array(z.string().min(1).max(60)).min(1).max(50).optional(),
    })
    .optional()
    .openapi({
      description: 'These, and all that carry one of the tags when the moment comes; with neither every target.',
    }),
  scanners: scanPlan.optional().openapi({ description: 'All with their defaults when left out.' }),
  overlap: z.enum(overlaps).optional().openapi({
    description:
      'Of a run whose time comes while the one before has not ended: `skip` (when left out), or `queue` behind it.',
  }),
  catchUp: z.enum(catchUps).optional().openapi({
    description: 'Of runs that nobody was there for: `once`, the last of them (when left out), or `none`.',
  }),
  spreadSeconds: z.int().min(0).max(86_400).optional().openapi({
    description: 'Targets begin within so long, each at its own moment, the same at every run.',
  }),
}

/** When it is due, or undefined where nothing is said. @throws DomainError `invalid-schedule` */
export function timingOf(
  { cron, everySeconds, zone }: { cron?: string | undefined; everySeconds?: number | undefined; zone: string },
  now: Date,
): Timing {
  if ((cron === undefined) === (everySeconds === undefined))
    throw new DomainError('invalid-schedule', 'A schedule has either `cron` or `everySeconds`.')
  const timing: Timing =
    cron === undefined ? { kind: 'every', seconds: everySeconds!, anchor: now, zone } : { kind: 'cron', cron, zone }
  firstOf(timing, now)
  return timing
}

/** @throws DomainError `invalid-schedule` for a day that never comes */
export function firstOf(timing: Timing, now: Date): Date {
  const first = nextInstant(timing, now)
  if (first === null) throw new DomainError('invalid-schedule', 'No day of the next nine years is such a day.')
  return first
}

type Facts = z.output<z.ZodObject<typeof scheduleFacts>>

/** What of it is stored. @throws DomainError `not-found` for a target that is not the organisation's */
export async function factsOf(
  c: Context<ApiEnv>,
  { name, targets, scanners, overlap, catchUp, spreadSeconds }: Facts,
): Promise<Partial<ScheduleFacts>> {
  const ids = targets?.ids
  if (ids !== undefined && (await countTargets(c.get('db'), c.get('actor').organisationId, ids)) < new Set(ids).size)
    throw new DomainError('not-found', 'One of these targets does not exist.')
  return {
    ...(name === undefined ? {} : { name }),
    ...(targets === undefined ? {} : { targetIds: targets.ids ?? null, targetTags: targets.tags ?? null }),
    ...(scanners === undefined ? {} : { scanners }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(catchUp === undefined ? {} : { catchUp }),
    ...(spreadSeconds === undefined ? {} : { spreadSeconds }),
  }
}

/** Schedules reach across an organisation's targets, so a key that was made for some of them has no part in them. @throws DomainError `target-out-of-reach` */
export function mustReachAll(c: Context<ApiEnv>): void {
  const { credential } = c.get('actor')
  if (credential.kind === 'api-key' && credential.targetTags !== null)
    throw new DomainError(
      'target-out-of-reach',
      'This key is for targets with certain tags, and schedules are for all.',
    )
}
