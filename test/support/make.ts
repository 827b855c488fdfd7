import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { hashApiKey, hintOf, makeApiKey } from '#db/model/api-key.ts'
import type { Target } from '#db/model/target.ts'
import { newId } from '#db/model/id.ts'
import { createKey, findKeyActor, saveLocalKey } from '#db/queries/api-keys.ts'
import { createServiceAccount } from '#db/queries/service-accounts.ts'
import { type AskedRun, createScan, type NewScan } from '#db/queries/scans.ts'
import { addTarget } from '#db/queries/targets.ts'
import { sql } from 'kysely'

export const labTarget: Target = { kind: 'address', canonical: '127.0.0.1', display: '127.0.0.1' }

/** A key that the database knows, and who it stands for. */
export async function makeActor(db: Db): Promise<Actor & { key: string }> {
  const key = makeApiKey()
  await saveLocalKey(db, hashApiKey(key), hintOf(key))
  const found = await findKeyActor(db, hashApiKey(key))
  return { ...found!.actor, key }
}

export const queuedRun = (scanner: string, options: object = {}): AskedRun => ({
  scanner,
  scannerVersion: 1,
  options,
  status: 'queued',
  reason: null,
})

/** A queued scan of the lab's host. */
export function makeScan(db: Db, actor: Actor, scan: Partial<NewScan> & { readonly target?: Target } = {}) {
  const { target = labTarget, ...given } = scan
  const whole = {
    requestId: null,
    deadlineSeconds: 60,
    requestKey: null,
    runs: [queuedRun('ports')],
    ...given,
  }
  return db.transaction().execute(async (db) => {
    const { id: targetId } = await addTarget(db, actor.organisationId, target)
    return createScan(db, actor, { targetId, ...whole })
  })
}

/** Lets the scan's lease run out, as it does when its worker dies. */
export const lapse = (db: Db, id: string) =>
  sql`update scans set lease_until = now() - interval '1 second' where id = ${id}::uuid`.execute(db)

/** Puts the scan's deadline into the past. */
export const passDeadline = (db: Db, id: string) =>
  sql`update scans set deadline = now() - interval '1 second' where id = ${id}::uuid`.execute(db)

/** Keys of one organisation of their own, each of another service account: limits count them apart. */
export async function makeKeys(db: Db, count: number): Promise<string[]> {
  const organisationId = newId()
  await db.insertInto('organisations').values({ id: organisationId, name: organisationId }).execute()
  const noLimits = { scopes: null, targetTags: null, sourceRanges: null, expiresAt: null }
  const keys: string[] = []
  for (let n = 0; n < count; n++) {
    const name = `bench ${n}`
    const account = (await createServiceAccount(db, { organisationId, name, role: 'operator' }))!
    keys.push(
      (await createKey(db, { ...noLimits, organisationId, owner: { serviceAccountId: account.id }, name }))!.key,
    )
  }
  return keys
}

/** A key of an organisation of its own. */
export const makeTenant = async (db: Db): Promise<string> => (await makeKeys(db, 1))[0]!
