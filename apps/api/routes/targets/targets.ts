import { createRoute, z } from '@hono/zod-openapi'
import type { Db } from '#db/connect.ts'
import { targetProofs } from '#db/model/authority.ts'
import { DomainError } from '#db/model/errors.ts'
import { severities } from '#db/model/finding.ts'
import { parseTarget } from '#db/model/target.ts'
import { targetFacts } from '#db/model/target-facts.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { standingsOf } from '#db/queries/target-standing.ts'
import { addTarget, changeTarget, findTarget, listTargets, reachOf, type TargetRow } from '#db/queries/targets.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { standingTarget, targetDocument, writeStandingTarget, writeTarget } from '../../documents/target.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const params = z.object({ id: z.uuid() })
const facts = targetFacts.extend({
  pace: z
    .strictObject({
      connectionsPerSecond: z.int().min(1).max(20_000),
      openConnections: z.int().min(1).max(4096),
    })
    .nullable()
    .optional()
    .openapi({ description: 'What you, its owner, allow once it is proved.' }),
  leastSeverity: z.enum(severities).nullable().optional(),
  isWatched: z.boolean().optional().openapi({
    description:
      'Whether its findings are kept from scan to scan, and people told of changes. What is added, or scanned by a schedule, is.',
  }),
})

const factsOf = ({ pace, ...rest }: z.output<typeof facts>) => ({
  ...rest,
  ...(pace === undefined
    ? {}
    : {
        connectionsPerSecond: pace?.connectionsPerSecond ?? null,
        openConnections: pace?.openConnections ?? null,
      }),
})

const list = createRoute({
  method: 'get',
  path: '/v1/targets',
  tags: ['Targets'],
  summary: 'List targets, newest first',
  ...permit('targets:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.uuid().optional().openapi({ description: '`next` of the page before.' }),
      tag: z.string().max(60).optional(),
      text: z.string().max(200).optional().openapi({ description: 'Part of the host or of the name.' }),
      archived: z.enum(['true', 'false']).default('false'),
      proof: z.enum(targetProofs).optional(),
      untold: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: '`true`: where the last that was asked left something that could not be told.' }),
    }),
  },
  responses: {
    200: json('One page.', z.object({ targets: z.array(standingTarget), next: z.uuid().nullable() })),
    ...refusals('invalid-input'),
  },
})

export function listTargetsRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { limit, cursor = null, tag = null, text = null, archived, proof = null, untold } = c.req.valid('query')
    const isUntold = untold === undefined ? null : untold === 'true'
    const filter = { limit: limit + 1, after: cursor, tag, text, isArchived: archived === 'true', proof, isUntold }
    const rows = await listTargets(db, reachOf(c.get('actor')), filter)
    const targets = await withStandings(db, rows.slice(0, limit))
    return c.json({ targets, next: rows.length > limit ? targets.at(-1)!.id : null }, 200)
  })
}

async function withStandings(db: Db, rows: readonly TargetRow[]) {
  const [first] = rows
  if (first === undefined) return []
  const standings = await standingsOf(
    db,
    first.organisationId,
    rows.map(({ id }) => id),
  )
  // One that was erased in between is not there any more.
  return rows.flatMap((row) => {
    const standing = standings.get(row.id)
    return standing === undefined ? [] : [writeStandingTarget(row, standing)]
  })
}

const create = createRoute({
  method: 'post',
  path: '/v1/targets',
  tags: ['Targets'],
  summary: 'Add a target',
  ...permit('targets:write', jsonBody()),
  request: { body: fields.body(facts.extend({ target: z.string().min(1).max(300) })) },
  responses: {
    201: json('Added.', targetDocument),
    200: json('It is a target already, which is watched from now on; nothing else was changed.', targetDocument),
    ...refusals(...bodyRefusals, 'invalid-target', 'target-refused', 'target-out-of-reach'),
  },
})

export function createTarget(app: Api, { db, guard }: Deps) {
  app.openapi(create, async (c) => {
    const { target: text, ...given } = c.req.valid('json')
    const target = parseTarget(text)
    const refusal = guard.judgeSpelling(target)
    if (refusal) throw new DomainError('target-refused', refusal.detail, refusal.rule)
    const actor = c.get('actor')
    const made = await db.transaction().execute(async (db) => {
      const added = await addTarget(db, actor.organisationId, target, factsOf(given))
      await changeTarget(db, reachOf(actor), added.id, { isWatched: given.isWatched ?? true })
      const row = await findTarget(db, reachOf(actor), added.id)
      if (!row) throw new DomainError('target-out-of-reach', 'Give it one of the tags that this key was made for.')
      if (added.isNew) await writeAudit(db, auditBy(c, 'target.add', { kind: 'target', id: added.id }))
      return { row, isNew: added.isNew }
    })
    return made.isNew ? c.json(writeTarget(made.row), 201) : c.json(writeTarget(made.row), 200)
  })
}

const read = createRoute({
  method: 'get',
  path: '/v1/targets/{id}',
  tags: ['Targets'],
  summary: 'Read a target',
  ...permit('targets:read'),
  request: { params },
  responses: { 200: json('As it stands.', standingTarget), ...refusals('invalid-input', 'not-found') },
})

export function readTargetRoute(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const row = await findTarget(db, reachOf(c.get('actor')), id)
    const [target] = row === undefined ? [] : await withStandings(db, [row])
    if (!target) throw noTarget(id)
    return c.json(target, 200)
  })
}

const change = createRoute({
  method: 'patch',
  path: '/v1/targets/{id}',
  tags: ['Targets'],
  summary: 'Change a target, archive it, or have it back',
  ...permit('targets:write', jsonBody()),
  request: { params, body: fields.body(facts.extend({ isArchived: z.boolean().optional() })) },
  responses: { 204: noContent('Changed.'), ...refusals(...bodyRefusals, 'not-found', 'target-out-of-reach') },
})

export function changeTargetRoute(app: Api, { db }: Deps) {
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const { isArchived, ...given } = c.req.valid('json')
    const reach = reachOf(c.get('actor'))
    await db.transaction().execute(async (db) => {
      if (!(await changeTarget(db, reach, id, { ...factsOf(given), isArchived }))) throw noTarget(id)
      if (!(await findTarget(db, reach, id)))
        throw new DomainError('target-out-of-reach', 'The key would lose it: leave one of its own tags.')
      await writeAudit(db, auditBy(c, 'target.change', { kind: 'target', id }))
    })
    return c.body(null, 204)
  })
}

export const noTarget = (id: string) => new DomainError('not-found', `There is no target ${id}.`)
