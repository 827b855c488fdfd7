import type { Db } from '#db/connect.ts'
import { type Act, type ActOutcome, actedAtMost, countedAtMost } from '#db/model/act.ts'
import type { Actor } from '#db/model/actor.ts'
import { DomainError } from '#db/model/errors.ts'
import { newId } from '#db/model/id.ts'
import { lanes } from '#db/model/scan.ts'
import { type ActedScan, findAct, lockActs, ownersOf, prioritise, saveAct } from '#db/queries/acts.ts'
import { countScans, matching, oldestOf, type Selection } from '#db/queries/everybodys-scans.ts'
import { madeBy, noteMade, type RequestKey } from '#db/queries/idempotency.ts'
import { type BeginDeps, jobsOf, ringAfter } from './begin-scan.ts'
import { cancelWithin } from './cancel-scan.ts'
import { repeatWithin } from './rerun-scan.ts'

export interface ActRequest {
  readonly selection: Selection & { readonly act: Act }
  /** What was seen before: other scans are never acted on unseen. */
  readonly expectedCount: number
  readonly requestKey: RequestKey | null
  readonly requestId: string | null
  /** Done in the transaction that acts. */
  readonly alongside: (db: Db, outcome: ActOutcome, shares: readonly Share[]) => Promise<void>
}

/** What an act was about in one organisation. */
export interface Share {
  readonly organisationId: string
  readonly count: number
  readonly done: number
}

type Owner = Awaited<ReturnType<typeof ownersOf>>[number]

/**
 * Does one thing to the oldest scans that match, as many as one transaction takes, and says where the next begins: after a kill all of it is done, or nothing.
 * A request that is sent again is told what it did.
 * @throws DomainError where the number that match is not the expected one, or cannot be counted
 */
export async function actOnScans(deps: BeginDeps, actor: Actor, request: ActRequest): Promise<ActOutcome> {
  const { selection, expectedCount, requestKey, alongside } = request
  const rung: string[] = []
  const outcome = await deps.db.transaction().execute(async (db) => {
    await lockActs(db)
    const made = requestKey === null ? null : await madeBy(db, requestKey)
    if (made !== null) return findAct(db, made)
    const matches = await matching(db, selection)
    const count = await countScans(db, matches)
    if (count !== expectedCount)
      throw new DomainError('count-changed', `${count} match now, ${expectedCount} when you looked: nothing was done.`)
    if (count === countedAtMost)
      throw new DomainError('too-many-matches', `${count} scans or more match: say more of those that are meant.`)
    const oldest = await oldestOf(db, matches, actedAtMost)
    const owners =
      oldest.length === 0
        ? []
        : await ownersOf(
            db,
            oldest.map(({ id }) => id),
          )
    const isBulk = count > 1 || selection.after != null
    const scans = await acting[selection.act](deps, db, { actor, owners, isBulk, requestId: request.requestId, rung })
    const last = count > oldest.length ? oldest.at(-1) : undefined
    const next = last === undefined ? null : { createdAt: last.cursor, id: last.id }
    const outcome = { ...outcomeOf(selection.act, scans), next }
    await saveAct(db, outcome, actor.principal, scans)
    await alongside(db, outcome, sharesOf(owners, scans))
    if (requestKey !== null) await noteMade(db, requestKey, outcome.id)
    // The queue's own statements come last in a transaction.
    if (rung.length > 0) await deps.bell.enqueueAll(db, 'run-scan', jobsOf(rung))
    return outcome
  })
  await ringAfter(deps, rung)
  return outcome
}

function outcomeOf(act: Act, scans: readonly ActedScan[]): Omit<ActOutcome, 'next'> {
  const skipped: Record<string, number> = {}
  for (const { outcome } of scans) if (outcome !== 'done') skipped[outcome] = (skipped[outcome] ?? 0) + 1
  return { id: newId(), act, done: scans.filter(({ outcome }) => outcome === 'done').length, skipped }
}

function sharesOf(owners: readonly Owner[], scans: readonly ActedScan[]): Share[] {
  const done = new Set(scans.filter(({ outcome }) => outcome === 'done').map(({ scanId }) => scanId))
  return [...Map.groupBy(owners, ({ organisationId }) => organisationId)].map(([organisationId, own]) => ({
    organisationId,
    count: own.length,
    done: own.filter(({ id }) => done.has(id)).length,
  }))
}

interface Acting {
  readonly actor: Actor
  readonly owners: readonly Owner[]
  /** One of several, though it may be the last that is left. */
  readonly isBulk: boolean
  readonly requestId: string | null
  /** Scans whose jobs are to be asked for. */
  readonly rung: string[]
}

const acting: Readonly<Record<Act, (deps: BeginDeps, db: Db, all: Acting) => Promise<ActedScan[]>>> = {
  retry: async (deps, db, all) => {
    const scans: ActedScan[] = []
    for (const owner of all.owners) scans.push(await retry(deps, db, owner, all))
    return scans
  },
  cancel: async ({ onBug }, db, { owners }) => {
    const scans: ActedScan[] = []
    for (const { id, organisationId } of owners) {
      const isThere = await cancelWithin(db, { organisationId, targetTags: null }, id, onBug)
      scans.push({ scanId: id, outcome: isThere ? 'done' : 'not-found', madeId: null })
    }
    return scans
  },
  prioritise: async (_deps, db, { owners }) => {
    const lifted = new Set(
      await prioritise(
        db,
        owners.map(({ id }) => id),
      ),
    )
    return owners.map(({ id }) => ({ scanId: id, outcome: lifted.has(id) ? 'done' : 'begun-meanwhile', madeId: null }))
  },
}

/** A new scan of the same organisation, in the name of whoever retries. Several go into the last lane, so that nobody waits for them. */
async function retry(
  deps: BeginDeps,
  db: Db,
  { id, organisationId, lane }: Owner,
  { actor, isBulk, requestId, rung }: Acting,
): Promise<ActedScan> {
  const later = {
    ...deps,
    bell: { ...deps.bell, enqueue: async (_db: Db, _name: string, id: string) => void rung.push(id) },
  }
  const requester = { organisationId, credential: actor.credential }
  const request = { scanId: id, requestKey: null, requestId, lane: isBulk ? 'bulk' : lanes[lane]! } as const
  try {
    await deps.bound.admit(organisationId, db)
    const made = await repeatWithin(later, db, requester, { organisationId, targetTags: null }, request)
    return { scanId: id, outcome: 'done', madeId: made.id }
  } catch (error) {
    // What refuses one scan, before anything of it is written, is no reason not to retry the others.
    if (error instanceof DomainError) return { scanId: id, outcome: error.rule ?? error.code, madeId: null }
    throw error
  }
}
