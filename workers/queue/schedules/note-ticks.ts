import type { Db } from '#db/connect.ts'
import { nextInstant } from '#db/model/schedule/instants.ts'
import type { MissedReason } from '#db/model/schedule/schedule.ts'
import type { Schedule } from '#db/queries/schedules.ts'
import {
  beginTick,
  endTick,
  noteTick,
  openTicks,
  setNextAt,
  spreadTargets,
  takeDueSchedule,
  takeWaitingTick,
} from '#db/queries/ticks.ts'

/** A tick that is noted later than this was not noted in time: nobody ran schedules. */
const lateMillis = 60_000
const ticksAtOnce = 200

/** Notes every instant that is owed by now, with what is to become of it. Any process does it; a schedule is one's at a time, and a tick is a row that there is once. */
export async function noteTicks(db: Db): Promise<void> {
  while (await db.transaction().execute(noteNext));
  while (await db.transaction().execute(beginNextWaiting));
}

async function noteNext(db: Db): Promise<boolean> {
  const due = await takeDueSchedule(db)
  if (!due) return false
  const { schedule, now } = due
  let next: Date | null = due.nextAt
  for (let noted = 0; noted < ticksAtOnce && next !== null && next <= now; noted++) {
    const dueAt: Date = next
    next = nextInstant(schedule.timing, dueAt)
    const isLast = next === null || next > now
    await note(db, schedule, dueAt, isMissed(schedule, { dueAt, now, isLast }))
  }
  await setNextAt(db, schedule.id, next)
  return true
}

/** Why it does not run, as far as that can be told from the schedule and the clock. */
function isMissed(
  { pausedAt, catchUp }: Schedule,
  { dueAt, now, isLast }: { readonly dueAt: Date; readonly now: Date; readonly isLast: boolean },
): MissedReason | null {
  if (pausedAt !== null && pausedAt <= now) return 'paused'
  const isLate = now.getTime() - dueAt.getTime() > lateMillis
  return isLate && !(catchUp === 'once' && isLast) ? 'down' : null
}

async function note(db: Db, schedule: Schedule, dueAt: Date, missed: MissedReason | null): Promise<void> {
  const open = missed === null ? await openTicks(db, schedule.id) : { waiting: 0, running: 0 }
  const isOverlap = open.waiting + open.running > 0
  const waits = isOverlap && schedule.overlap === 'queue' && open.waiting === 0
  const reason = missed ?? (isOverlap && !waits ? 'overlap' : null)
  const status = reason !== null ? 'missed' : waits ? 'waiting' : 'running'
  if ((await noteTick(db, schedule.id, dueAt, { status, reason })) && status === 'running')
    await spread(db, schedule, dueAt)
}

async function spread(db: Db, schedule: Schedule, dueAt: Date): Promise<void> {
  if ((await spreadTargets(db, schedule, dueAt)) === 0)
    await endTick(db, { scheduleId: schedule.id, dueAt }, 'no-targets')
}

/** Of the ticks that wait for the end of another, one whose time has come. */
async function beginNextWaiting(db: Db): Promise<boolean> {
  const waiting = await takeWaitingTick(db)
  if (!waiting) return false
  const { schedule, dueAt } = waiting
  await beginTick(db, schedule.id, dueAt)
  await spread(db, schedule, dueAt)
  return true
}
