import { isUnavailable } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { endWaiting, type RowEnding, type TakenBatch, waitingRows } from '#db/queries/feed.ts'
import { addTarget, changeTarget, findTarget, reachOf } from '#db/queries/targets.ts'
import { parseTarget } from '#db/model/target.ts'
import type { BeginDeps } from './begin-scan.ts'

const rowsAtOnce = 100

/** Makes targets of a batch's rows, each in a transaction that ends its row too, for as long as a round may take. @returns how many rows changed */
export async function importTargets(
  deps: BeginDeps,
  batch: TakenBatch,
  actor: Actor,
  { roundMillis, endingOf }: { readonly roundMillis: number; readonly endingOf: (error: unknown) => RowEnding },
): Promise<number> {
  const until = performance.now() + roundMillis
  let changed = 0
  while (performance.now() < until) {
    const rows = await waitingRows(deps.db, batch.id, rowsAtOnce)
    if (rows.length === 0) return changed
    for (const row of rows) {
      await importRow(deps, batch.id, actor, row).catch(async (error: unknown) => {
        if (isUnavailable(error)) throw error
        await endWaiting(deps.db, batch.id, { number: row.number }, endingOf(error))
      })
      changed++
    }
  }
  return changed
}

/** Adds the target with what the row says of it; one that is there already is watched from now on, and keeps what it has. */
const importRow = (
  { db }: BeginDeps,
  batchId: string,
  actor: Actor,
  { number, canonical, options }: Awaited<ReturnType<typeof waitingRows>>[number],
): Promise<void> =>
  db.transaction().execute(async (db) => {
    const reach = reachOf(actor)
    const { id, isNew } = await addTarget(db, actor.organisationId, parseTarget(canonical!), options?.facts)
    await changeTarget(db, reach, id, { isWatched: true })
    if (!(await findTarget(db, reach, id)))
      throw new DomainError('target-out-of-reach', 'It has none of the tags that this key was made for.')
    const detail = isNew ? null : 'It was a target already, and is watched from now on.'
    await endWaiting(db, batchId, { number }, { status: 'completed', reason: isNew ? 'added' : 'known', detail })
  })
