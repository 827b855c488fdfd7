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
  historyOf,
  listFindings,
  noteChanges,
  overrideSeverity,
} from '#db/queries/findings.ts'
import { reachOf } from '#db/queries/targets.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import { cursorOf, instantText } from '../../documents/cursor.ts'
import * as fields from '../../documents/fields.ts'
import { findingChange, keptFinding, writeChange, writeKept } from '../../documents/finding.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const params = z.object({ id: z.uuid() })
const place = cursorOf(z.tuple([z.int(), instantText, z.uuid()]))
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
  text: z.string().max(200).optional().openapi({ description: 'Part of the host, the rule or the subject.' }),
  since: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Whose state changed since.' }),
  acceptedUntil: z.iso
    .datetime({ offset: true })
    .optional()
    .openapi({ description: 'Only what is accepted until then or until an earlier date.' }),
}

const asked = z.object(findingQuery)

export function scopeOf({ target, tag, rule, text, since, acceptedUntil }: z.output<typeof asked>): FindingScope {
  return {
    targetId: target ?? null,
    tag: tag ?? null,
    rule: rule ?? null,
    text: text ?? null,
    changedSince: since === undefined ? null : new Date(since),
    acceptedUntil: acceptedUntil === undefined ? null : new Date(acceptedUntil),
  }
}

const list = createRoute({
  method: 'get',
  path: '/v1/findings',
  tags: ['Findings'],
  summary: 'List findings of watched targets',
  description: 'The most urgent first, or what changed last; of every state where none is named.',
  ...permit('findings:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before, in the same order.' }),
      sort: z.enum(['urgency', 'changed']).default('urgency'),
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
    const from = cursor === undefined ? null : place.read(cursor)
    const rows = await listFindings(db, reachOf(c.get('actor')), {
      ...scopeOf(asked),
      limit: limit + 1,
      sort,
      after: from === null ? null : { urgency: from[0], changedAt: from[1], id: from[2] },
      states: asked.state ?? null,
      severities: asked.severity ?? null,
      decision: asked.decision ?? null,
      scanner: asked.scanner ?? null,
      isRetested: asked.retested === undefined ? null : asked.retested === 'true',
    })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next = rows.length > limit && last ? place.write([last.urgency, last.changedAtText, last.id]) : null
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
    'People are not told of a finding that is accepted, or false for its subject. It is asked again as ever, and its state shown.',
  ...permit('findings:write', jsonBody()),
  request: { body: fields.body(decisionRequest) },
  responses: {
    200: json('Decided, for those that there are.', z.object({ decided: z.array(z.uuid()) })),
    ...refusals(...bodyRefusals, 'conflict'),
  },
})

export function decideRoute(app: Api, { db }: Deps) {
  app.openapi(decide, async (c) => {
    const { ids, decision, until = null, reason = null } = c.req.valid('json')
    const { principal, organisationId } = c.get('actor')
    if (decision !== 'none' && reason === null) throw new DomainError('conflict', 'A decision has a reason.')
    if (until !== null && decision !== 'accepted')
      throw new DomainError('conflict', 'Only what is accepted has a date.')
    if (until !== null && new Date(until) <= (await calendarNow(db)))
      throw new DomainError('conflict', 'The date lies behind us.')
    const reach = reachOf(c.get('actor'))
    const decided = await db.transaction().execute(async (db) => {
      const within: string[] = []
      for (const id of new Set(ids)) if (await findFinding(db, reach, id)) within.push(id)
      if (within.length === 0) return []
      const by = { kind: principal.kind, id: principal.id }
      const facts = { decision, until: until === null ? null : new Date(until), reason, by }
      const decided = await decideFindings(db, organisationId, within, facts)
      const kind = decision === 'none' ? ('reopened' as const) : decision
      await noteChanges(
        db,
        decided.map((findingId) => ({
          id: newId(),
          findingId,
          kind,
          isTold: false,
          scanId: null,
          by,
          detail: { reason, until },
        })),
      )
      for (const id of decided)
        await writeAudit(db, auditBy(c, 'finding.decide', { kind: 'finding', id }, { decision }))
      return decided
    })
    return c.json({ decided }, 200)
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
