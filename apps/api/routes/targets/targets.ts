import { createRoute, z } from '@hono/zod-openapi'
import type { Db } from '#db/connect.ts'
import { targetProofs } from '#db/model/authority.ts'
import { DomainError } from '#db/model/errors.ts'
import { severities } from '#db/model/finding.ts'
import { parseTarget } from '#db/model/target.ts'
import { targetFacts } from '#db/model/target-facts.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { standingsOf } from '#db/queries/target-standing.ts'
import {
  addTarget,
  changeTarget,
  countTargets,
  findTarget,
  listTargets,
  reachOf,
  type TargetRow,
  type TargetScope,
  targetSorts,
} from '#db/queries/targets.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import { cursorOf } from '../../documents/cursor.ts'
import { flagOf } from '../../documents/flag.ts'
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

/** Which targets are meant: what the list and the counts are both asked. */
const targetQuery = {
  tag: z.string().max(60).optional(),
  text: z.string().max(200).optional().openapi({ description: 'Part of the host or of the name.' }),
  archived: z.enum(['true', 'false']).default('false'),
  proof: z.enum(targetProofs).optional(),
  untold: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: '`true`: where the last that was asked left something that could not be told.' }),
}
const asked = z.object(targetQuery)

const scopeOf = ({ tag, text, archived, proof, untold }: z.output<typeof asked>): TargetScope => ({
  tag: tag ?? null,
  text: text ?? null,
  isArchived: archived === 'true',
  proof: proof ?? null,
  isUntold: flagOf(untold),
})

const place = cursorOf(
  z.union([
    z.tuple([z.literal('newest'), z.uuid()]),
    z.tuple([z.literal('name'), z.string().regex(/^[!-~]{1,300}$/)]),
    z.tuple([z.literal('urgency'), z.int().min(-1).max(4), z.int32().nonnegative(), z.uuid()]),
  ]),
)

const list = createRoute({
  method: 'get',
  path: '/v1/targets',
  tags: ['Targets'],
  summary: 'List targets, newest first, by host, or the most urgent first',
  ...permit('targets:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(600).optional().openapi({ description: '`next` of the page before, in the same order.' }),
      sort: z
        .enum(targetSorts)
        .default('newest')
        .openapi({ description: '`urgency`: by the worst that is open and undecided, then by how much is.' }),
      ...targetQuery,
    }),
  },
  responses: {
    200: json('One page.', z.object({ targets: z.array(standingTarget), next: z.string().nullable() })),
    ...refusals('invalid-input', 'invalid-cursor'),
  },
})

export function listTargetsRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { limit, cursor, sort, ...scope } = c.req.valid('query')
    const [of, ...after] = cursor === undefined ? [sort] : place.read(cursor)
    if (of !== sort) throw new DomainError('invalid-cursor', 'The cursor is of another order.')
    const filter = { ...scopeOf(scope), limit: limit + 1, sort, after: cursor === undefined ? null : after }
    const rows = await listTargets(db, reachOf(c.get('actor')), filter)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next = rows.length > limit && last ? place.write([sort, ...last.place] as Place) : null
    return c.json({ targets: await withStandings(db, page), next }, 200)
  })
}
/** The place is made by the same order that the cursor is read by. */
type Place = Parameters<typeof place.write>[0]

const targets = z.int().nonnegative()
const count = createRoute({
  method: 'get',
  path: '/v1/targets/counts',
  tags: ['Targets'],
  summary: 'Count targets by each of their sides',
  description:
    'Takes the filter of the list. Each side is counted as if nothing were asked of itself, so that every number is what the list shows when that value is chosen; what counts nothing is left out.',
  ...permit('targets:read'),
  request: { query: z.strictObject(targetQuery) },
  responses: {
    200: json(
      'Counted.',
      z
        .object({
          total: targets,
          proof: z.array(z.object({ value: z.enum(targetProofs), targets })),
          untold: z.array(z.object({ value: z.enum(['true', 'false']), targets })),
        })
        .openapi('TargetCounts'),
    ),
    ...refusals('invalid-input'),
  },
})

export function countTargetsRoute(app: Api, { db }: Deps) {
  app.openapi(count, async (c) => {
    const { proof, isUntold, ...scope } = scopeOf(c.req.valid('query'))
    const alike = await countTargets(db, reachOf(c.get('actor')), { ...scope, proof: null, isUntold: null })
    const isProof = (row: Counted) => proof === null || row.proof === proof
    const isTold = (row: Counted) => isUntold === null || row.isUntold === isUntold
    const sum = (rows: readonly Counted[]) => rows.reduce((total, row) => total + row.targets, 0)
    const by = <Value>(rows: readonly Counted[], valueOf: (row: Counted) => Value) =>
      [...Map.groupBy(rows, valueOf)].map(([value, rows]) => ({ value, targets: sum(rows) }))
    const total = sum(alike.filter((row) => isProof(row) && isTold(row)))
    const untold = by(alike.filter(isProof), (row) => (row.isUntold ? ('true' as const) : ('false' as const)))
    return c.json({ total, proof: by(alike.filter(isTold), (row) => row.proof), untold }, 200)
  })
}
type Counted = Awaited<ReturnType<typeof countTargets>>[number]

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
