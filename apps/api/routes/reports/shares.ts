import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { Secret } from '#db/model/secret.ts'
import { hashPassword } from '#db/passwords.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { languages, readLanguage } from '#db/model/words/language.ts'
import { calendarNow } from '#db/queries/clock.ts'
import { missingScan } from '#db/queries/retention.ts'
import { findScan } from '#db/queries/scans.ts'
import { createShare, listShares, revokeShare, type ShareRow, sharesAtMost, viewsOf } from '#db/queries/shares.ts'
import { findTarget, reachOf } from '#db/queries/targets.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'
import { noTarget } from '../targets/targets.ts'

const daysAtMost = 366
const dayMillis = 86_400_000
const instant = z.iso.datetime()

const shareDocument = z
  .object({
    id: z.uuid(),
    name: z.string(),
    target: z.string(),
    targetId: z.uuid().nullable(),
    scanId: z.uuid().nullable(),
    hasPassword: z.boolean(),
    hidesEvidence: z.boolean(),
    hasBadge: z.boolean(),
    language: z.enum(languages),
    expiresAt: instant,
    revokedAt: instant.nullable(),
    views: z.int(),
    createdAt: instant,
  })
  .openapi('Share')

const write = ({ display, views, language, expiresAt, revokedAt, createdAt, ...share }: ShareRow) => ({
  ...share,
  language: readLanguage(language),
  target: display,
  views: Number(views),
  expiresAt: expiresAt.toISOString(),
  revokedAt: revokedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
})

const list = createRoute({
  method: 'get',
  path: '/v1/shares',
  tags: ['Reports'],
  summary: 'List links to reports, newest first',
  ...permit('findings:read'),
  responses: { 200: json('All of them.', z.object({ shares: z.array(shareDocument) })), ...refusals() },
})

export function listSharesRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => c.json({ shares: (await listShares(db, reachOf(c.get('actor')))).map(write) }, 200))
}

const create = createRoute({
  method: 'post',
  path: '/v1/shares',
  tags: ['Reports'],
  summary: 'Make a link by which an outsider sees a report',
  description:
    'Of one scan as it was, or of what stands open at a watched target. It ends at its date or when it is revoked, and every look is noted. The link is shown this once.',
  ...permit('findings:write', jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        targetId: z.uuid().optional(),
        scanId: z.uuid().optional(),
        name: fields.personName.optional(),
        days: z.int().min(1).max(daysAtMost).default(30),
        password: z.string().min(8).max(1000).optional(),
        hidesEvidence: z
          .boolean()
          .default(true)
          .openapi({ description: 'Leaves out what the target sent and at which addresses: true when left out.' }),
        language: z
          .enum(languages)
          .default('en')
          .openapi({ description: 'In which the report is shown, whatever the browser of whoever looks says.' }),
        hasBadge: z
          .boolean()
          .default(false)
          .openapi({ description: 'A picture of how it stands, without the password, for whoever has the link.' }),
      }),
    ),
  },
  responses: {
    201: json('Made.', z.object({ id: z.uuid(), url: z.url(), badgeUrl: z.url().nullable(), expiresAt: instant })),
    ...refusals(...bodyRefusals, 'not-found', 'gone', 'conflict'),
  },
})

export function createShareRoute(app: Api, { db, site }: Deps) {
  app.openapi(create, async (c) => {
    const { targetId, scanId, name = '', days, password, hidesEvidence, hasBadge, language } = c.req.valid('json')
    const actor = c.get('actor')
    const reach = reachOf(actor)
    if ((targetId === undefined) === (scanId === undefined))
      throw new DomainError('conflict', 'A link leads to a target or to a scan: name one of them.')
    if (hasBadge && scanId !== undefined) throw new DomainError('conflict', 'A badge is of a target, which changes.')
    if (targetId !== undefined && !(await findTarget(db, reach, targetId))) throw noTarget(targetId)
    if (scanId !== undefined && !(await findScan(db, reach, scanId))) throw await missingScan(db, reach, scanId)
    const expiresAt = new Date((await calendarNow(db)).getTime() + days * dayMillis)
    const passwordHash = password === undefined ? null : await hashPassword(new Secret(password))
    const made = await db.transaction().execute(async (db) => {
      const { organisationId, principal: madeBy } = actor
      const about = targetId === undefined ? { scanId: scanId! } : { targetId }
      const made = await createShare(db, {
        organisationId,
        about,
        name,
        passwordHash,
        hidesEvidence,
        hasBadge,
        language,
        expiresAt,
        madeBy,
      })
      if (made === undefined) throw new DomainError('conflict', `An organisation has at most ${sharesAtMost} links.`)
      await writeAudit(db, auditBy(c, 'share.add', { kind: 'share', id: made.id }))
      return made
    })
    const url = `${site.publicUrl}/s/${made.token}`
    return c.json(
      { id: made.id, url, badgeUrl: hasBadge ? `${url}/badge.svg` : null, expiresAt: expiresAt.toISOString() },
      201,
    )
  })
}

const params = z.object({ id: z.uuid() })
const noShare = (id: string) => new DomainError('not-found', `There is no link ${id}.`)

const revoke = createRoute({
  method: 'delete',
  path: '/v1/shares/{id}',
  tags: ['Reports'],
  summary: 'Revoke a link, at once',
  ...permit('findings:write'),
  request: { params },
  responses: { 204: noContent('Revoked.'), ...refusals('not-found', 'invalid-input') },
})

export function revokeShareRoute(app: Api, { db }: Deps) {
  app.openapi(revoke, async (c) => {
    const { id } = c.req.valid('param')
    await db.transaction().execute(async (db) => {
      if (!(await revokeShare(db, reachOf(c.get('actor')), id))) throw noShare(id)
      await writeAudit(db, auditBy(c, 'share.revoke', { kind: 'share', id }))
    })
    return c.body(null, 204)
  })
}

const views = createRoute({
  method: 'get',
  path: '/v1/shares/{id}/views',
  tags: ['Reports'],
  summary: 'See who followed a link',
  description: 'The latest two hundred, of the last 90 days.',
  ...permit('findings:write'),
  request: { params },
  responses: {
    200: json(
      'The latest first.',
      z.object({ views: z.array(z.object({ at: instant, client: z.string(), outcome: z.string() })) }),
    ),
    ...refusals('not-found', 'invalid-input'),
  },
})

export function shareViewsRoute(app: Api, { db }: Deps) {
  app.openapi(views, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await listShares(db, reachOf(c.get('actor')))).some((share) => share.id === id)) throw noShare(id)
    const rows = await viewsOf(db, id)
    return c.json({ views: rows.map(({ at, ...view }) => ({ at: at.toISOString(), ...view })) }, 200)
  })
}
