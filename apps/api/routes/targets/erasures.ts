import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { type ErasureRow, eraseTarget, listErasures } from '#db/queries/erasures.ts'
import { findTarget, reachOf } from '#db/queries/targets.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, refusals } from '../answers.ts'
import { noTarget } from './targets.ts'

const count = z.int().nonnegative()
const receipt = z
  .object({
    id: z.uuid(),
    targetId: z.uuid(),
    at: z.iso.datetime(),
    by: z.object({ kind: z.string(), id: z.uuid() }),
    erased: z.object({
      scans: count,
      findings: count,
      changes: count,
      messages: count,
      alerts: count,
      proofs: count,
      batchRows: count,
    }),
    digest: z.string().openapi({
      description:
        'SHA-256, in hex, of `portlight-erased-v1`, this id and the host in its canonical spelling, each on a line of its own: whoever knows the host can show what was erased.',
    }),
  })
  .openapi('ErasureReceipt')

const writeReceipt = ({ id, targetId, at, byKind, byId, counts, digest }: ErasureRow): z.input<typeof receipt> => ({
  id,
  targetId,
  at: at.toISOString(),
  by: { kind: byKind, id: byId },
  erased: counts,
  digest,
})

const erase = createRoute({
  method: 'post',
  path: '/v1/targets/{id}/erasure',
  tags: ['Targets'],
  summary: 'Erase a target and all that is about it',
  description:
    'Its scans and what they saw, its findings with their history and discussion, alerts, proofs, links to reports, and its rows in batches. Nobody can have it back. Ids of its scans answer 410 from then on; the audit keeps who did what to which id.',
  ...permit('targets:erase', jsonBody()),
  request: {
    params: z.object({ id: z.uuid() }),
    body: fields.body(
      z.strictObject({
        canonical: z.string().max(300).openapi({ description: 'The host, to show that this one is meant.' }),
      }),
    ),
  },
  responses: { 200: json('Erased.', receipt), ...refusals(...bodyRefusals, 'not-found', 'conflict') },
})

export function eraseTargetRoute(app: Api, { db }: Deps) {
  app.openapi(erase, async (c) => {
    const { id } = c.req.valid('param')
    const actor = c.get('actor')
    const { principal } = actor
    const done = await db.transaction().execute(async (db) => {
      const target = await findTarget(db, reachOf(actor), id)
      if (!target) throw noTarget(id)
      if (target.canonical !== c.req.valid('json').canonical)
        throw new DomainError('conflict', 'The host is another: give the canonical spelling of this target.')
      const erased = await eraseTarget(db, target, { kind: principal.kind, id: principal.id })
      await writeAudit(db, auditBy(c, 'target.erase', { kind: 'target', id }, { receiptId: erased.id }))
      return erased
    })
    return c.json(writeReceipt(done), 200)
  })
}

const list = createRoute({
  method: 'get',
  path: '/v1/erasures',
  tags: ['Targets'],
  summary: 'List what was erased',
  ...permit('targets:erase'),
  responses: { 200: json('The latest thousand.', z.object({ erasures: z.array(receipt) })), ...refusals() },
})

export function listErasuresRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) =>
    c.json({ erasures: (await listErasures(db, c.get('actor').organisationId)).map(writeReceipt) }, 200),
  )
}
