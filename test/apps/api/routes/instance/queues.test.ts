import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import type { queuesDocument } from '#apps/api/routes/instance/queues.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { claimScan } from '#db/queries/claims.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makeScan } from '#test/support/make.ts'
import { makePerson } from '#test/support/people.ts'

const { db, api } = await useApi()
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!
const viewer = await makePerson(api, { instanceRole: 'instance-viewer' })
const read = async () =>
  (await (await viewer.send('GET', '/v1/instance/queues')).json()) as z.output<typeof queuesDocument>

test('who may look at the instance sees what waits and runs, and that nothing is stuck', async () => {
  expect(await read()).toMatchObject({ running: 0, lastEndedSeconds: null, stuck: [] })
  const [first] = [await makeScan(db, actor), await makeScan(db, actor)]
  await claimScan(db, first.id, 60)
  const { lanes, running, stuck } = await read()
  expect(lanes.map(({ lane, count }) => [lane, count])).toEqual([
    ['interactive', 1],
    ['scheduled', 0],
    ['bulk', 0],
  ])
  expect([running, stuck]).toEqual([1, []])
})

test('what does not go on is said with what to do, and others are told nothing of it', async () => {
  await sql`update scans set created_at = now() - interval '5 minutes', lease_until = now() - interval '1 minute'`.execute(
    db,
  )
  const { stuck, lanes, expiredLeases } = await read()
  expect(stuck.map(({ code }) => code)).toEqual(['nobody-begins', 'leases-expired'])
  expect(Math.round(lanes[0]!.oldestSeconds)).toBeGreaterThanOrEqual(300)
  expect(expiredLeases).toBe(1)
  const owner = await makePerson(api, { role: 'owner' })
  await expectProblem(owner.send('GET', '/v1/instance/queues'), 403, 'role-too-low')
})
