import { createRoute, z } from '@hono/zod-openapi'
import { languages } from '#db/model/words/language.ts'
import { denialOf, type PermissionName, permissionNames } from '#db/model/permission.ts'
import { instanceRoles, organisationRoles } from '#db/model/role.ts'
import { findOrganisation } from '#db/queries/organisations.ts'
import { findUser, membershipsOf } from '#db/queries/users.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const organisation = z.object({ id: z.uuid(), name: z.string(), role: z.enum(organisationRoles) })

const meDocument = z
  .object({
    principal: z.object({
      kind: z.enum(['user', 'service-account']),
      id: z.uuid(),
      email: z.string().nullable(),
      name: z.string().nullable(),
      language: z.enum(languages).nullable().openapi({
        description: 'In which Portlight speaks to them; null for the browser’s, and for who is no person.',
      }),
    }),
    instanceRole: z.enum(instanceRoles).nullable(),
    /** The one in which this credential acts. */
    organisation,
    organisations: z.array(organisation).openapi({ description: 'Those a session may switch to.' }),
    credential: z.object({
      kind: z.enum(['api-key', 'session']),
      id: z.uuid(),
      scopes: z.array(z.string()).nullable().openapi({ description: 'Null: all that the role may.' }),
      targetTags: z.array(z.string()).nullable().openapi({ description: 'Null: all targets.' }),
      isFresh: z.boolean().nullable().openapi({ description: 'Whether a step-up holds; null for a key.' }),
    }),
    permissions: z.array(z.string()).openapi({ description: 'What this credential may do now.' }),
    behindStepUp: z.array(z.string()).openapi({ description: 'What it may beside, once a second factor is shown.' }),
    limits: z.object({ writesPerMinute: z.int() }),
  })
  .openapi('Me')

const route = createRoute({
  method: 'get',
  path: '/v1/me',
  tags: ['Me'],
  summary: 'Who one is, and what one may',
  ...permit('self:read'),
  responses: { 200: json('As this credential stands.', meDocument), ...refusals() },
})

export function readMe(app: Api, { db, site }: Deps) {
  app.openapi(route, async (c) => {
    const actor = c.get('actor')
    const { principal, credential, role } = actor
    const isPerson = principal.kind === 'user'
    const [user, current, organisations] = await Promise.all([
      isPerson ? findUser(db, principal.id) : undefined,
      findOrganisation(db, actor.organisationId),
      isPerson && credential.kind === 'session' ? membershipsOf(db, principal.id) : [],
    ])
    const permissions: PermissionName[] = permissionNames.filter((name) => denialOf(actor, name) === null)
    const behindStepUp = permissionNames.filter((name) => denialOf(actor, name) === 'step-up-required')
    return c.json(
      {
        principal: {
          ...principal,
          email: user?.emailDisplay ?? null,
          name: user?.name ?? null,
          language: user?.language ?? null,
        },
        instanceRole: actor.instanceRole,
        organisation: { id: actor.organisationId, name: current?.name ?? '', role },
        organisations,
        credential:
          credential.kind === 'api-key'
            ? {
                kind: credential.kind,
                id: credential.id,
                scopes: credential.scopes === null ? null : [...credential.scopes],
                targetTags: credential.targetTags === null ? null : [...credential.targetTags],
                isFresh: null,
              }
            : { kind: credential.kind, id: credential.id, scopes: null, targetTags: null, isFresh: credential.isFresh },
        permissions,
        behindStepUp: credential.kind === 'session' ? behindStepUp : [],
        limits: { writesPerMinute: site.writesPerMinute },
      },
      200,
    )
  })
}
