import { type Db, isUnavailable } from '#db/connect.ts'
import { takeUnreadBatches } from '#db/queries/batches.ts'
import { takeDueWebhooks } from '#db/queries/deliveries.ts'
import { sweepMails, takeWaitingMails } from '#db/queries/mails.ts'
import { takeForgotten, takeOverdue, tryLock } from '#db/queries/overdue.ts'
import { cancelledRuns } from './cancel-scan.ts'
import type { Bell } from './enqueue.ts'
import { finishScan, type OnBug } from './finish-scan.ts'

/** Leases that may run out before a scan is given up: something about it ends its workers. */
const maxLapses = 8
/** A ring that has brought nobody for so long is taken for lost. */
const ringAgainSeconds = 15
const ringsAtOnce = 500

export interface ReconcileDeps {
  readonly db: Db
  readonly bell: Bell
  readonly onBug: OnBug
}

/**
 * Ends what can no longer end by itself, and rings for what was forgotten. @throws when the queue does not answer, once what needs none is done.
 * Any API or worker process does it every two seconds, so scans end even with no worker alive.
 */
export async function reconcile(deps: ReconcileDeps): Promise<void> {
  await endOverdue(deps)
  await ringForForgotten(deps)
}

/** One transaction each, so that a scan which cannot be ended holds up no other; a row that another process is ending is skipped. */
async function endOverdue({ db, onBug }: ReconcileDeps): Promise<void> {
  const tried: string[] = []
  const endNext = () =>
    db.transaction().execute(async (db) => {
      const scan = await takeOverdue(db, maxLapses, tried)
      if (!scan) return false
      tried.push(scan.id)
      await finishScan(db, scan, onBug, endingOf(scan))
      return true
    })
  for (;;) {
    const before = tried.length
    try {
      if (!(await endNext())) return
    } catch (error) {
      const scanId = tried[before]
      if (scanId === undefined || isUnavailable(error)) throw error
      onBug(error, { scanId })
    }
  }
}

function endingOf({ isCancelAsked, isLate, began }: { isCancelAsked: boolean; isLate: boolean; began: boolean }) {
  if (isCancelAsked) return cancelledRuns
  if (!began) return { status: 'failed', reason: 'never-started' } as const
  return isLate
    ? ({ status: 'inconclusive', reason: 'deadline' } as const)
    : ({ status: 'failed', reason: 'crashed-too-often' } as const)
}

async function ringForForgotten(deps: ReconcileDeps): Promise<void> {
  while (await ringForSome(deps));
}

/** One process at a time gets in; the others need not ring as well. True where there may be more. */
async function ringForSome({ db, bell }: ReconcileDeps): Promise<boolean> {
  const { scans, mails, batches } = await db.transaction().execute(async (db) => {
    if (!(await tryLock(db, 'reconcile'))) return { scans: [], mails: [], batches: [] }
    await sweepMails(db)
    return {
      scans: await takeForgotten(db, { ringAgainSeconds, limit: ringsAtOnce }),
      mails: await takeWaitingMails(db, ringsAtOnce),
      batches: await takeUnreadBatches(db, { ringAgainSeconds, limit: ringsAtOnce }),
    }
  })
  await allRung([
    ...mails.map(({ id }) => bell.ring('send-mail', id, { mailId: id })),
    ...batches.map(({ id }) => bell.ring('read-batch', id, { batchId: id })),
    ...scans.map(({ id }) => bell.ring('run-scan', id, { scanId: id })),
  ])
  return scans.length >= ringsAtOnce
}

/** Rings for each webhook that has something to be told: here alone, so that what ends a scan need not know who listens. */
export async function ringForWebhooks({ db, bell }: Pick<ReconcileDeps, 'db' | 'bell'>): Promise<void> {
  const due = await takeDueWebhooks(db, ringsAtOnce)
  await allRung(due.map((id) => bell.ring('tell-webhook', id, { webhookId: id })))
}

/** Waits for all, also for those behind one that fails. @throws the first failure. */
async function allRung(rings: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(rings)).find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}
