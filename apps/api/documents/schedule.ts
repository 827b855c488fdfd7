import { z } from '@hono/zod-openapi'
import { type Blackout, openWindow } from '#db/model/schedule/blackout.ts'
import { instantsAfter, type Timing } from '#db/model/schedule/instants.ts'
import { catchUps, overlaps, runningPolicies, tickStatuses } from '#db/model/schedule/schedule.ts'
import { localText, zoneOf } from '#db/model/schedule/zone.ts'
import type { NotedBlackout } from '#db/queries/blackouts.ts'
import type { Schedule } from '#db/queries/schedules.ts'
import type { LastTick, TickRow } from '#db/queries/ticks.ts'

const shownRuns = 10

export const nextRun = z
  .object({
    at: z.iso.datetime(),
    local: z.iso.datetime({ offset: true }).openapi({ description: 'As clocks in the zone show it.' }),
    blackout: z
      .string()
      .nullable()
      .openapi({ description: 'The window for all targets that is open then; nothing will begin.' }),
  })
  .openapi('NextRun')

const timingDocument = z.object({
  cron: z.string().nullable(),
  everySeconds: z.int().nullable(),
  zone: z.string(),
})

const lastRun = z
  .object({
    dueAt: z.iso.datetime(),
    local: z.iso.datetime({ offset: true }),
    status: z.enum(tickStatuses),
    reason: z.string().nullable().openapi({ description: 'Why it did not run.' }),
    detail: z.string().nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi('LastRun')

export const tickDocument = z
  .object({
    ...lastRun.shape,
    scans: z
      .array(
        z.object({
          targetId: z.uuid(),
          target: z.string(),
          status: z
            .string()
            .openapi({ description: 'Of the scan; `waiting` before there is one, `missed` where there is none.' }),
          reason: z.string().nullable(),
          detail: z.string().nullable(),
          scanId: z.uuid().nullable(),
        }),
      )
      .openapi({ description: 'The first hundred.' }),
  })
  .openapi('Tick')

export const scheduleDocument = z
  .object({
    id: z.uuid(),
    name: z.string(),
    ...timingDocument.shape,
    targets: z
      .object({ ids: z.array(z.uuid()).nullable(), tags: z.array(z.string()).nullable() })
      .openapi({ description: 'With neither every target of the organisation.' }),
    scanners: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'Null for all, with their defaults.' }),
    overlap: z.enum(overlaps),
    catchUp: z.enum(catchUps),
    spreadSeconds: z.int(),
    isPaused: z.boolean(),
    pausedReason: z.string().nullable(),
    nextRuns: z.array(nextRun),
    lastRun: lastRun.nullable().openapi({ description: 'The latest that was owed; null before the first.' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Schedule')

export const blackoutDocument = z
  .object({
    id: z.uuid(),
    name: z.string(),
    note: z.string(),
    targetId: z.uuid().nullable().openapi({ description: 'Null for every target of the organisation.' }),
    running: z.enum(runningPolicies),
    startsAt: z.iso.datetime().nullable(),
    endsAt: z.iso.datetime().nullable(),
    cron: z.string().nullable(),
    zone: z.string().nullable(),
    minutes: z.int().nullable(),
    isOpen: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Blackout')

/** The runs that come next, by the same function as the scheduler's. */
export const nextRuns = (timing: Timing, after: Date, blackouts: readonly Blackout[]) =>
  instantsAfter(timing, after)
    .take(shownRuns)
    .map((at) => ({
      at: at.toISOString(),
      local: localText(zoneOf(timing.zone), at),
      blackout: openWindow(blackouts, null, at)?.blackout.name ?? null,
    }))
    .toArray()

export const writeSchedule = (
  schedule: Schedule,
  { now, blackouts, lastTick }: { now: Date; blackouts: readonly Blackout[]; lastTick: LastTick | undefined },
) => ({
  id: schedule.id,
  name: schedule.name,
  cron: schedule.timing.kind === 'cron' ? schedule.timing.cron : null,
  everySeconds: schedule.timing.kind === 'every' ? schedule.timing.seconds : null,
  zone: schedule.timing.zone,
  targets: { ids: listed(schedule.targetIds), tags: listed(schedule.targetTags) },
  scanners: schedule.scanners as Record<string, unknown> | null,
  overlap: schedule.overlap,
  catchUp: schedule.catchUp,
  spreadSeconds: schedule.spreadSeconds,
  isPaused: schedule.pausedAt !== null,
  pausedReason: schedule.pausedReason,
  nextRuns: nextRuns(schedule.timing, now, blackouts),
  lastRun: lastTick === undefined ? null : writeLastRun(lastTick, schedule.timing.zone),
  createdAt: schedule.createdAt.toISOString(),
})

const writeLastRun = ({ dueAt, status, reason, detail, endedAt }: Omit<LastTick, 'scheduleId'>, zone: string) => ({
  dueAt: dueAt.toISOString(),
  local: localText(zoneOf(zone), dueAt),
  status,
  reason,
  detail,
  endedAt: endedAt?.toISOString() ?? null,
})

export const writeTick = ({ scans, ...tick }: TickRow, zone: string) => ({ ...writeLastRun(tick, zone), scans })

export const writeBlackout = (blackout: NotedBlackout, now: Date) => ({
  id: blackout.id,
  name: blackout.name,
  note: blackout.note,
  targetId: blackout.targetId,
  running: blackout.running,
  startsAt: blackout.when.kind === 'once' ? blackout.when.startsAt.toISOString() : null,
  endsAt: blackout.when.kind === 'once' ? blackout.when.endsAt.toISOString() : null,
  cron: blackout.when.kind === 'recurring' ? blackout.when.cron : null,
  zone: blackout.when.kind === 'recurring' ? blackout.when.zone : null,
  minutes: blackout.when.kind === 'recurring' ? blackout.when.minutes : null,
  isOpen: openWindow([blackout], blackout.targetId, now) !== undefined,
  createdAt: blackout.createdAt.toISOString(),
})

const listed = (ids: readonly string[] | null) => (ids === null ? null : [...ids])
