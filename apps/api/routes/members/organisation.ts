import { createRoute, z } from '@hono/zod-openapi'
import { writeAudit } from '#db/queries/audit.ts'
import { changeOrganisation, findOrganisation } from '#db/queries/organisations.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const keepScansDays = z.int().min(1).max(3650).nullable().openapi({
  description:
    'Scans and batches that ended longer ago are deleted; findings and their history stay. Null for what the instance keeps (`KEEP_SCANS_DAYS`), which holds too where it is less.',
})

const read = createRoute({
  method: 'get',
  path: '/v1/organisation',
  tags: ['Organisation'],
  summary: 'Read the organisation',
  ...permit('members:read'),
  responses: {
    200: json(
      'As it stands.',
      z.object({ id: z.uuid(), name: z.string(), keepScansDays, createdAt: z.iso.datetime() }).openapi('Organisation'),
    ),
    ...refusals(),
  },
})

export function readOrganisation(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => {
    const organisation = (await findOrganisation(db, c.get('actor').organisationId))!
    return c.json({ ...organisation, createdAt: organisation.createdAt.toISOString() }, 200)
  })
}

const change = createRoute({
  method: 'patch',
  path: '/v1/organisation',
  tags: ['Organisation'],
  summary: 'Rename the organisation, or say how long its scans are kept',
  ...permit('organisation:write', jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({ name: fields.personName.min(1).optional(), keepScansDays: keepScansDays.optional() }),
    ),
  },
  responses: { 204: noContent('Changed.'), ...refusals(...bodyRefusals) },
})

export function changeOrganisationRoute(app: Api, { db }: Deps) {
  app.openapi(change, async (c) => {
    const { organisationId } = c.get('actor')
    const { name, keepScansDays } = c.req.valid('json')
    await db.transaction().execute(async (db) => {
      await changeOrganisation(db, organisationId, { name, keepScansDays })
      const facts = keepScansDays === undefined ? {} : { keepScansDays }
      await writeAudit(db, auditBy(c, 'organisation.change', { kind: 'organisation', id: organisationId }, facts))
    })
    return c.body(null, 204)
  })
}
