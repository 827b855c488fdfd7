import { createRoute, z } from '@hono/zod-openapi'
import type { Db } from '#db/connect.ts'
import type { Actor } from '#db/model/actor.ts'
import { proofKinds } from '#db/model/authority.ts'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import {
  attest,
  beginProof,
  findAttestation,
  findProof,
  proofsOf,
  revokeAttestation,
  withdrawProof,
} from '#db/queries/proofs.ts'
import { findTarget, reachOf } from '#db/queries/targets.ts'
import { attestationBy } from '#workers/queue/submit-scan.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { proofDocument, writeProof } from '../../documents/target.ts'
import { jsonBody } from '../../middleware.ts'
import { Unavailable } from '../../problems.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'
import { sentence } from '../scans/submit.ts'
import { noTarget } from './targets.ts'

const ofTarget = z.object({ id: z.uuid() })
const ofProof = z.object({ id: z.uuid(), proofId: z.uuid() })

const list = createRoute({
  method: 'get',
  path: '/v1/targets/{id}/proofs',
  tags: ['Targets'],
  summary: 'List the proofs of a target',
  ...permit('targets:read'),
  request: { params: ofTarget },
  responses: {
    200: json(
      'At most one of each kind.',
      z.object({
        proofs: z.array(proofDocument),
        attestation: z.object({ sentence: z.string(), createdAt: z.iso.datetime() }).nullable(),
      }),
    ),
    ...refusals('invalid-input', 'not-found'),
  },
})

export function listProofs(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await findTarget(db, reachOf(c.get('actor')), id))) throw noTarget(id)
    const [proofs, attestation] = await Promise.all([proofsOf(db, id), findAttestation(db, id)])
    const stated = attestation && {
      sentence: attestation.sentence,
      createdAt: attestation.createdAt.toISOString(),
    }
    return c.json({ proofs: proofs.map(writeProof), attestation: stated ?? null }, 200)
  })
}

const begin = createRoute({
  method: 'post',
  path: '/v1/targets/{id}/proofs',
  tags: ['Targets'],
  summary: 'Ask what to publish to prove a target',
  description:
    'A name is proved by a TXT record or a file, an address by a file that the bare address serves or by its PTR record. Asking again gives the same token.',
  ...permit('targets:write', jsonBody()),
  request: {
    params: ofTarget,
    body: fields.body(z.strictObject({ kind: z.enum(proofKinds), coversSubdomains: z.boolean().default(false) })),
  },
  responses: {
    201: json('Publish it, then ask to check it.', proofDocument),
    ...refusals(...bodyRefusals, 'not-found', 'conflict'),
  },
})

export function beginProofRoute(app: Api, { db }: Deps) {
  app.openapi(begin, async (c) => {
    const { id } = c.req.valid('param')
    const { kind, coversSubdomains } = c.req.valid('json')
    const actor = c.get('actor')
    const target = await findTarget(db, reachOf(actor), id)
    if (!target) throw noTarget(id)
    const isOfAddress = target.kind === 'address'
    if (isOfAddress ? kind === 'dns-txt' : kind === 'ptr')
      throw new DomainError(
        'conflict',
        isOfAddress ? 'A TXT record proves no address.' : 'A PTR record proves an address.',
      )
    if (coversSubdomains && kind !== 'dns-txt')
      throw new DomainError('conflict', 'Only a TXT record can cover the names below.')
    const { organisationId } = actor
    const proof = await db.transaction().execute(async (db) => {
      const begun = await beginProof(db, { organisationId, targetId: id, kind, coversSubdomains })
      await writeAudit(db, auditBy(c, 'proof.begin', { kind: 'proof', id: begun.id }))
      return findProof(db, organisationId, begun.id)
    })
    return c.json(writeProof(proof!), 201)
  })
}

const read = createRoute({
  method: 'get',
  path: '/v1/targets/{id}/proofs/{proofId}',
  tags: ['Targets'],
  summary: 'Read a proof, and what its last check came to',
  ...permit('targets:read'),
  request: { params: ofProof },
  responses: { 200: json('As it stands.', proofDocument), ...refusals('invalid-input', 'not-found') },
})

export function readProofRoute(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => c.json(writeProof(await proofWithin(db, c.get('actor'), c.req.valid('param'))), 200))
}

const check = createRoute({
  method: 'post',
  path: '/v1/targets/{id}/proofs/{proofId}/check',
  tags: ['Targets'],
  summary: 'Ask to check a proof',
  ...permit('targets:write'),
  request: { params: ofProof },
  responses: {
    202: {
      ...json('A worker looks: poll `Location` until `checkedAt` changes.', proofDocument),
      headers: z.object({ Location: z.string(), 'Retry-After': z.string() }),
    },
    ...refusals('invalid-input', 'not-found'),
  },
})

export function checkProofRoute(app: Api, { db, bell }: Deps) {
  app.openapi(check, async (c) => {
    const proof = await proofWithin(db, c.get('actor'), c.req.valid('param'))
    await bell.ring('check-proof', proof.id, { proofId: proof.id }).catch(() => {
      throw new Unavailable('The queue did not take the question.')
    })
    const shown = writeProof(proof)
    c.header('Location', shown.links.self)
    c.header('Retry-After', '2')
    return c.json(shown, 202)
  })
}

const withdraw = createRoute({
  method: 'delete',
  path: '/v1/targets/{id}/proofs/{proofId}',
  tags: ['Targets'],
  summary: 'Withdraw a proof',
  ...permit('targets:write'),
  request: { params: ofProof },
  responses: { 204: noContent('Withdrawn.'), ...refusals('invalid-input', 'not-found') },
})

export function withdrawProofRoute(app: Api, { db }: Deps) {
  app.openapi(withdraw, async (c) => {
    const { id } = await proofWithin(db, c.get('actor'), c.req.valid('param'))
    await db.transaction().execute(async (db) => {
      await withdrawProof(db, c.get('actor').organisationId, id)
      await writeAudit(db, auditBy(c, 'proof.withdraw', { kind: 'proof', id }))
    })
    return c.body(null, 204)
  })
}

/** @throws DomainError `not-found` */
async function proofWithin(db: Db, actor: Actor, { id, proofId }: z.output<typeof ofProof>) {
  const target = await findTarget(db, reachOf(actor), id)
  const proof = target && (await findProof(db, actor.organisationId, proofId))
  if (proof?.targetId !== id) throw new DomainError('not-found', `There is no proof ${proofId} of this target.`)
  return proof
}

const state = createRoute({
  method: 'post',
  path: '/v1/targets/{id}/attestation',
  tags: ['Targets'],
  summary: 'State that a target may be scanned, in place of a proof',
  description:
    'For those who run the instance. The sentence stands on every run, which is shown as attested, never as proved.',
  ...permit('targets:attest', jsonBody()),
  request: { params: ofTarget, body: fields.body(z.strictObject({ sentence })) },
  responses: { 204: noContent('Stated.'), ...refusals(...bodyRefusals, 'not-found', 'attestation-off') },
})

export function attestTarget(app: Api, { db, site }: Deps) {
  app.openapi(state, async (c) => {
    const { id } = c.req.valid('param')
    const actor = c.get('actor')
    if (!site.attestation) throw new DomainError('attestation-off', 'This instance takes proofs only.')
    if (!(await findTarget(db, reachOf(actor), id))) throw noTarget(id)
    await db.transaction().execute(async (db) => {
      await attest(db, attestationBy(actor, id, c.req.valid('json').sentence))
      await writeAudit(db, auditBy(c, 'target.attest', { kind: 'target', id }))
    })
    return c.body(null, 204)
  })
}

const revoke = createRoute({
  method: 'delete',
  path: '/v1/targets/{id}/attestation',
  tags: ['Targets'],
  summary: 'Take such a statement back',
  ...permit('targets:write'),
  request: { params: ofTarget },
  responses: { 204: noContent('Taken back.'), ...refusals('invalid-input', 'not-found') },
})

export function revokeAttestationRoute(app: Api, { db }: Deps) {
  app.openapi(revoke, async (c) => {
    const { id } = c.req.valid('param')
    const actor = c.get('actor')
    if (!(await findTarget(db, reachOf(actor), id))) throw noTarget(id)
    await db.transaction().execute(async (db) => {
      if (!(await revokeAttestation(db, actor.organisationId, id)))
        throw new DomainError('not-found', 'Nobody has stated authority over this target.')
      await writeAudit(db, auditBy(c, 'target.revoke-attestation', { kind: 'target', id }))
    })
    return c.body(null, 204)
  })
}
