import { isUnavailable } from '#db/connect.ts'
import type { Requester } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { type Blackout, openWindow } from '#db/model/schedule/blackout.ts'
import { blackoutsOf } from '#db/queries/blackouts.ts'
import { readOutward } from '#db/queries/switches.ts'
import { type DueScan, dueScans, linkTickScan, missTickScan } from '#db/queries/ticks.ts'
import type { BeginDeps } from '../begin-scan.ts'
import { submitScan } from '../submit-scan.ts'

const atOnce = 100
/** How long a target of a tick waits for a place in the queue, or for the switch to be moved back. */
const patienceSeconds = 600

class Taken extends Error {}

/** Makes the scans of ticks whose moment has come; each is made once, in the transaction that notes it. */
export async function startScans(deps: BeginDeps, roundMillis = 700): Promise<void> {
  const until = performance.now() + roundMillis
  const windows = new Map<string, readonly Blackout[]>()
  const blackouts = async (organisationId: string) => {
    const known = windows.get(organisationId) ?? (await blackoutsOf(deps.db, organisationId))
    windows.set(organisationId, known)
    return known
  }
  const { isOff } = await readOutward(deps.db)
  while (performance.now() < until) {
    const due = await dueScans(deps.db, atOnce)
    let settled = 0
    for (const one of due) {
      const missed = missedBy(one, { isOff, blackouts: await blackouts(one.organisationId) })
      if (missed === 'waits') continue
      if (missed !== null) await missTickScan(deps.db, one, missed.reason, missed.detail)
      else if ((await start(deps, one)) === 'waits') continue
      settled++
    }
    if (due.length < atOnce || settled === 0) return
  }
}

type Missed = { readonly reason: string; readonly detail: string | null }

function missedBy(
  { targetId, isArchived, isPaused, lateSeconds, now }: DueScan,
  { isOff, blackouts }: { readonly isOff: boolean; readonly blackouts: readonly Blackout[] },
): Missed | 'waits' | null {
  if (isArchived) return { reason: 'archived', detail: null }
  if (isPaused) return { reason: 'paused', detail: null }
  const window = openWindow(blackouts, targetId, now)
  if (window) {
    const detail = `${window.blackout.name} until ${window.until.toISOString()}`
    return { reason: 'blackout', detail: detail.trim() }
  }
  if (!isOff) return null
  return lateSeconds > patienceSeconds ? { reason: 'outward-off', detail: null } : 'waits'
}

async function start(deps: BeginDeps, one: DueScan): Promise<'waits' | 'done'> {
  try {
    await submitScan(deps, scheduler(one), {
      target: one.canonical,
      scanners: one.scanners ?? undefined,
      lane: 'scheduled',
      requestKey: null,
      requestId: null,
      alongside: async (db, scan) => {
        if (!(await linkTickScan(db, one, scan.id))) throw new Taken()
      },
    })
  } catch (error) {
    if (error instanceof Taken) return 'done'
    if (isUnavailable(error)) throw error
    if (!(error instanceof DomainError)) {
      deps.onBug(error, { scheduleId: one.scheduleId })
      await missTickScan(deps.db, one, 'internal', null)
      return 'done'
    }
    if (error.code === 'queue-full' && one.lateSeconds < patienceSeconds) return 'waits'
    await missTickScan(deps.db, one, error.rule ?? error.code, error.message.slice(0, 500))
  }
  return 'done'
}

const scheduler = ({ organisationId, scheduleId }: DueScan): Requester => ({
  organisationId,
  credential: { kind: 'schedule', id: scheduleId },
})
