import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { decisions, findingStates, severities } from '#db/model/finding.ts'
import { newId } from '#db/model/id.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { calendarNow } from '#db/queries/clock.ts'
import {
  decideFindings,
  findFinding,
  type FindingScope,
  type FormerDecision,
  historyOf,
  listFindings,
  noteChanges,
  overrideSeverity,
} from '#db/queries/findings.ts'
import { findingSorts } from '#db/queries/finding-orders.ts'
import { reachOf } from '#db/queries/targets.ts'
import { rulesTitled } from '#workers/scanners/catalog.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import { cursorOf, instantText } from '../../documents/cursor.ts'
import * as fields from '../../documents/fields.ts'
import { findingChange, keptFinding, writeChange, writeKept } from '../../documents/finding.ts'
import { flagOf } from '../../documents/flag.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const params = z.object({ id: z.uuid() })
const place = cursorOf(
  z.union([
    z.tuple([z.literal('urgency'), z.string().regex(/^[0-4]$/), instantText, z.uuid()]),
    z.tuple([z.enum(['changed', 'newest', 'oldest', 'lastConfirmed']), instantText, z.uuid()]),
    z.tuple([z.literal('target'), z.string().regex(/^[!-~]{1,300}$/), z.uuid()]),
  ]),
)
export const noFinding = (id: string) => new DomainError('not-found', `There is no finding ${id}.`)

/** One value, or several with commas between them. */
const several = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)).min(1))
    .optional()
    .openapi({ type: 'string', description: `One or more of ${values.join(', ')}, with commas between them.` })

const happenedSince = (kind: string) =>
  z.iso
    .datetime({ offset: true })
    .optional()
    .openapi({ description: `That ${kind} after it, whatever happened later: what the overview counts.` })

/** Which findings are meant: what the list and the counts are both asked. */
export const findingQuery = {
  state: several(findingStates),
  severity: several(severities),
  decision: z.enum(decisions).optional(),
  scanner: z.string().max(40).optional(),
  retested: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: '`false`: only what the last scan could not tell, or did not ask.' }),
  target: z.uuid().optional(),
  tag: z.string().max(60).optional(),
  rule: z.string().max(100).optional(),
  text: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'Part of the host, the title, the rule or the subject.' }),
  openedSince: happenedSince('opened'),
  regressedSince: happenedSince('regressed'),
  fixedSince: happenedSince('fixed'),
  archived: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'At targets that are archived; where none is named only those at others are shown.' }),
  since: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Whose state changed since.' }),
  acceptedUntil: z.iso
    .datetime({ offset: true })
    .optional()
    .openapi({ description: 'Only what is accepted until then or until an earlier date.' }),
}

const asked = z.object(findingQuery)

export function scopeOf(scope: z.output<typeof asked>): FindingScope {
  const { target, tag, rule, text, since, archived, acceptedUntil } = scope
  const { openedSince, regressedSince, fixedSince } = scope
  return {
    targetId: target ?? null,
    tag: tag ?? null,
    rule: rule ?? null,
    text: text ?? null,
    titled: text === undefined ? [] : rulesTitled(text),
    changedSince: instantOf(since) ?? null,
    happened: { opened: instantOf(openedSince), regressed: instantOf(regressedSince), fixed: instantOf(fixedSince) },
    isArchived: flagOf(archived) ?? (target === undefined ? false : null),
    acceptedUntil: instantOf(acceptedUntil) ?? null,
  }
}

const instantOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text))

const list = createRoute({
  method: 'get',
  path: '/v1/findings',
  tags: ['Findings'],
  summary: 'List findings of watched targets',
  description:
    'The most urgent first, or by what `sort` says: what changed last, what began last or first, what was confirmed longest ago, or by host. Of every state where none is named.',
  ...permit('findings:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(600).optional().openapi({ description: '`next` of the page before, in the same order.' }),
      sort: z.enum(findingSorts).default('urgency'),
      ...findingQuery,
    }),
  },
  responses: {
    200: json('One page.', z.object({ findings: z.array(keptFinding), next: z.string().nullable() })),
    ...refusals('invalid-input', 'invalid-cursor'),
  },
})

export function listFindingsRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { limit, cursor, sort, ...asked } = c.req.valid('query')
    const [of, ...after] = cursor === undefined ? [sort] : place.read(cursor)
    if (of !== sort) throw new DomainError('invalid-cursor', 'The cursor is of another order.')
    const rows = await listFindings(db, reachOf(c.get('actor')), {
      ...scopeOf(asked),
      limit: limit + 1,
      sort,
      after: cursor === undefined ? null : after,
      states: asked.state ?? null,
      severities: asked.severity ?? null,
      decision: asked.decision ?? null,
      scanner: asked.scanner ?? null,
      isRetested: flagOf(asked.retested),
    })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    // Safe cast: the place is made by the same order that the cursor is read by.
    const next =
      rows.length > limit && last ? place.write([sort, ...last.place] as Parameters<typeof place.write>[0]) : null
    return c.json({ findings: page.map(writeKept), next }, 200)
  })
}

const read = createRoute({
  method: 'get',
  path: '/v1/findings/{id}',
  tags: ['Findings'],
  summary: 'Read a finding, with its history',
  ...permit('findings:read'),
  request: { params },
  responses: {
    200: json('As it stands.', keptFinding.extend({ history: z.array(findingChange) }).openapi('WholeFinding')),
    ...refusals('not-found', 'invalid-input'),
  },
})

export function readFinding(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const row = await findFinding(db, reachOf(c.get('actor')), id)
    if (!row) throw noFinding(id)
    return c.json({ ...writeKept(row), history: (await historyOf(db, id)).map(writeChange) }, 200)
  })
}

const decisionRequest = z.strictObject({
  ids: z.array(z.uuid()).min(1).max(500),
  decision: z.enum(decisions).openapi({
    description: '`accepted` may have a date, after which it is open again; `none` takes a decision back.',
  }),
  until: z.iso.datetime({ offset: true }).nullable().optional(),
  reason: z
    .string()
    .trim()
    .min(3)
    .max(1000)
    .optional()
    .openapi({ description: 'For whoever reads it later; needed but for `none`.' }),
})

const decide = createRoute({
  method: 'post',
  path: '/v1/findings/decisions',
  tags: ['Findings'],
  summary: 'Decide on findings',
  description:
    'People are not told of a finding that is accepted, or false for its subject. It is asked again as ever, and its state shown. `undo` are the requests that put back what was decided before.',
  ...permit('findings:write', jsonBody()),
  request: { body: fields.body(decisionRequest) },
  responses: {
    200: json(
      'Decided, for those that there are.',
      z.object({
        decided: z.array(z.uuid()),
        undo: z.array(
          z.object({
            ids: z.array(z.uuid()),
            decision: z.enum(decisions),
            until: z.iso.datetime().optional(),
            reason: z.string().optional(),
          }),
        ),
      }),
    ),
    ...refusals(...bodyRefusals, 'conflict'),
  },
})

export function decideRoute(app: Api, { db }: Deps) {
  app.openapi(decide, async (c) => {
    const { ids, decision, until = null, reason = null } = c.req.valid('json')
    const { principal } = c.get('actor')
    if (decision !== 'none' && reason === null) throw new DomainError('conflict', 'A decision has a reason.')
    if (until !== null && decision !== 'accepted')
      throw new DomainError('conflict', 'Only what is accepted has a date.')
    if (until !== null && new Date(until) <= (await calendarNow(db)))
      throw new DomainError('conflict', 'The date lies behind us.')
    const by = { kind: principal.kind, id: principal.id }
    const former = await db.transaction().execute(async (db) => {
      const facts = { decision, until: until === null ? null : new Date(until), reason, by }
      const former = await decideFindings(db, reachOf(c.get('actor')), ids, facts)
      const kind = decision === 'none' ? ('reopened' as const) : decision
      const change = { kind, isTold: false, scanId: null, by, detail: { reason, until } }
      await noteChanges(
        db,
        former.map(({ id: findingId }) => ({ ...change, id: newId(), findingId })),
      )
      for (const { id } of former)
        await writeAudit(db, auditBy(c, 'finding.decide', { kind: 'finding', id }, { decision }))
      return former
    })
    return c.json({ decided: former.map(({ id }) => id), undo: undoOf(former) }, 200)
  })
}

/** The requests that put back what was decided before, one for those that stood alike. */
function undoOf(former: readonly FormerDecision[]) {
  const alike = Map.groupBy(former, ({ decision, until, reason }) => JSON.stringify([decision, until, reason]))
  return [...alike.values()].map((group) => {
    const { decision, until, reason } = group[0]!
    return {
      ids: group.map(({ id }) => id),
      decision,
      ...(until === null ? {} : { until: until.toISOString() }),
      ...(reason === null || decision === 'none' ? {} : { reason }),
    }
  })
}

const setSeverity = createRoute({
  method: 'patch',
  path: '/v1/findings/{id}',
  tags: ['Findings'],
  summary: 'Give a finding a severity of your own, or the rule’s again',
  ...permit('findings:write', jsonBody()),
  request: {
    params,
    body: fields.body(
      z.strictObject({
        severity: z.enum(severities).nullable().openapi({ description: 'Null for the rule’s own.' }),
        reason: z.string().trim().min(3).max(1000).optional(),
      }),
    ),
  },
  responses: { 204: noContent('Set.'), ...refusals(...bodyRefusals, 'not-found', 'conflict') },
})

export function findingSeverityRoute(app: Api, { db }: Deps) {
  app.openapi(setSeverity, async (c) => {
    const { id } = c.req.valid('param')
    const { severity, reason } = c.req.valid('json')
    const { principal, organisationId } = c.get('actor')
    if (severity !== null && reason === undefined)
      throw new DomainError('conflict', 'A severity of your own has a reason.')
    await db.transaction().execute(async (db) => {
      const known = await findFinding(db, reachOf(c.get('actor')), id)
      if (!known) throw noFinding(id)
      await overrideSeverity(db, organisationId, id, severity === null ? null : { severity, reason: reason! })
      const by = { kind: principal.kind, id: principal.id }
      const detail = { from: known.severity, to: severity ?? known.rule_severity, reason: reason ?? null }
      await noteChanges(db, [{ id: newId(), findingId: id, kind: 'severity', isTold: false, scanId: null, by, detail }])
      await writeAudit(db, auditBy(c, 'finding.severity', { kind: 'finding', id }))
    })
    return c.body(null, 204)
  })
}
