import { createRoute, z } from '@hono/zod-openapi'
import { readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { isAtLeast, type OrganisationRole, organisationRoles } from '#db/model/role.ts'
import { writeAudit } from '#db/queries/audit.ts'
import {
  changeRole,
  listInvitations,
  listMembers,
  type MemberChange,
  removeMember,
  revokeInvitation,
  roleOf,
} from '#db/queries/organisations.ts'
import { makeOrganisation } from '#db/queries/users.ts'
import { arrivalOf } from '../../accounts/context.ts'
import { acceptAsMember, acceptAsNewcomer, invite } from '../../accounts/invitations.ts'
import { auditBy, selfOf } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { giveSignedIn, heldAs, signedInDocument } from '../../documents/signed-in.ts'
import { jsonBody } from '../../middleware.ts'
import { open, permit } from '../../permit.ts'
import { bodyRefusals, json, noContent, openRefusals, refusals } from '../answers.ts'

const role = z.enum(organisationRoles)
const params = z.object({ id: z.uuid() })

/** Nobody raises anyone above himself, nor touches who stands above him. @throws DomainError `conflict` */
function mustOutrank(
  own: OrganisationRole,
  next: OrganisationRole | null,
  present: OrganisationRole | undefined,
): void {
  if ((next !== null && !isAtLeast(own, next)) || (present !== undefined && !isAtLeast(own, present)))
    throw new DomainError('conflict', 'Only an owner makes an owner, or changes one.')
}

/** @throws DomainError */
function mustBeDone(change: MemberChange, id: string): void {
  if (change === 'no-such-member') throw new DomainError('not-found', `There is no member ${id}.`)
  if (change === 'last-owner')
    throw new DomainError('conflict', 'An organisation has an owner: make somebody else one first.')
}

const list = createRoute({
  method: 'get',
  path: '/v1/members',
  tags: ['Organisation'],
  summary: 'List who is in the organisation',
  ...permit('members:read'),
  responses: {
    200: json(
      'In the order of joining.',
      z.object({
        members: z.array(
          z.object({
            id: z.uuid(),
            email: z.string(),
            name: z.string(),
            role,
            isActive: z.boolean(),
            since: z.iso.datetime(),
          }),
        ),
      }),
    ),
    ...refusals(),
  },
})

export function listMembersRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const members = (await listMembers(db, c.get('actor').organisationId)).map(({ state, since, ...member }) => ({
      ...member,
      isActive: state === 'active',
      since: since.toISOString(),
    }))
    return c.json({ members }, 200)
  })
}

const change = createRoute({
  method: 'patch',
  path: '/v1/members/{id}',
  tags: ['Organisation'],
  summary: 'Give a member another role',
  ...permit('members:write', jsonBody()),
  request: { params, body: fields.body(z.strictObject({ role })) },
  responses: { 204: noContent('Changed.'), ...refusals(...bodyRefusals, 'not-found', 'conflict') },
})

export function changeMember(app: Api, { db }: Deps) {
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const { role } = c.req.valid('json')
    const { organisationId } = selfOf(c)
    await db.transaction().execute(async (db) => {
      mustOutrank(c.get('actor').role, role, await roleOf(db, organisationId, id))
      mustBeDone(await changeRole(db, { organisationId, userId: id }, role), id)
      await writeAudit(db, auditBy(c, 'member.change-role', { kind: 'user', id }, { role }))
    })
    return c.body(null, 204)
  })
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/members/{id}',
  tags: ['Organisation'],
  summary: 'Remove a member: keys and sessions in this organisation end',
  ...permit('members:write'),
  request: { params },
  responses: { 204: noContent('Removed.'), ...refusals('invalid-input', 'not-found', 'conflict') },
})

export function removeMemberRoute(app: Api, { db }: Deps) {
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const { organisationId } = selfOf(c)
    await db.transaction().execute(async (db) => {
      mustOutrank(c.get('actor').role, null, await roleOf(db, organisationId, id))
      mustBeDone(await removeMember(db, { organisationId, userId: id }), id)
      await writeAudit(db, auditBy(c, 'member.remove', { kind: 'user', id }))
    })
    return c.body(null, 204)
  })
}

const leave = createRoute({
  method: 'post',
  path: '/v1/me/leave',
  tags: ['Me'],
  summary: 'Leave the organisation; the last owner cannot',
  ...permit('self:secure'),
  responses: { 204: noContent('Left; this session has ended.'), ...refusals('conflict') },
})

export function leaveOrganisation(app: Api, { db }: Deps) {
  app.openapi(leave, async (c) => {
    const { organisationId, userId } = selfOf(c)
    await db.transaction().execute(async (db) => {
      mustBeDone(await removeMember(db, { organisationId, userId }), userId)
      await writeAudit(db, auditBy(c, 'member.leave', { kind: 'user', id: userId }))
    })
    return c.body(null, 204)
  })
}

const found = createRoute({
  method: 'post',
  path: '/v1/organisations',
  tags: ['Organisation'],
  summary: 'Make another organisation of one’s own',
  ...permit('self:secure', jsonBody()),
  request: { body: fields.body(z.strictObject({ name: fields.personName.min(1) })) },
  responses: { 201: json('Switch to it next.', z.object({ id: z.uuid() })), ...refusals(...bodyRefusals) },
})

export function createOrganisation(app: Api, { db }: Deps) {
  app.openapi(found, async (c) => {
    const { userId } = selfOf(c)
    const id = await db.transaction().execute(async (db) => {
      const id = await makeOrganisation(db, userId, c.req.valid('json').name)
      await writeAudit(db, auditBy(c, 'organisation.create', { kind: 'organisation', id }))
      return id
    })
    return c.json({ id }, 201)
  })
}

const invitations = createRoute({
  method: 'get',
  path: '/v1/invitations',
  tags: ['Organisation'],
  summary: 'List open invitations',
  ...permit('members:read'),
  responses: {
    200: json(
      'The newest first.',
      z.object({
        invitations: z.array(z.object({ id: z.uuid(), email: z.string(), role, expiresAt: z.iso.datetime() })),
      }),
    ),
    ...refusals(),
  },
})

export function listInvitationsRoute(app: Api, { db }: Deps) {
  app.openapi(invitations, async (c) => {
    const open = (await listInvitations(db, c.get('actor').organisationId)).map(({ id, email, role, expiresAt }) => ({
      id,
      email,
      role,
      expiresAt: expiresAt.toISOString(),
    }))
    return c.json({ invitations: open }, 200)
  })
}

const inviteRoute = createRoute({
  method: 'post',
  path: '/v1/invitations',
  tags: ['Organisation'],
  summary: 'Invite somebody by mail',
  ...permit('members:write', jsonBody()),
  request: { body: fields.body(z.strictObject({ email: fields.email, role })) },
  responses: {
    201: json('Mailed.', z.object({ id: z.uuid() })),
    ...refusals(...bodyRefusals, 'invalid-email', 'no-mail', 'conflict'),
  },
})

export function inviteMember(app: Api, deps: Deps) {
  app.openapi(inviteRoute, async (c) => {
    const { email, role } = c.req.valid('json')
    const self = { ...selfOf(c), role: c.get('actor').role }
    const audit = (action: string, subject: { kind: string; id: string } | null) => auditBy(c, action, subject)
    return c.json(await invite(deps, self, { email: readEmail(email), role }, audit), 201)
  })
}

const withdraw = createRoute({
  method: 'delete',
  path: '/v1/invitations/{id}',
  tags: ['Organisation'],
  summary: 'Withdraw an invitation',
  ...permit('members:write'),
  request: { params },
  responses: { 204: noContent('Withdrawn.'), ...refusals('invalid-input', 'not-found') },
})

export function withdrawInvitation(app: Api, { db }: Deps) {
  app.openapi(withdraw, async (c) => {
    const { id } = c.req.valid('param')
    const { organisationId } = selfOf(c)
    await db.transaction().execute(async (db) => {
      if (!(await revokeInvitation(db, organisationId, id)))
        throw new DomainError('not-found', `There is no open invitation ${id}.`)
      await writeAudit(db, auditBy(c, 'member.withdraw-invitation', { kind: 'invitation', id }))
    })
    return c.body(null, 204)
  })
}

const link = { id: z.uuid(), token: z.string().max(100) }

const accept = createRoute({
  method: 'post',
  path: '/v1/invitations/accept',
  tags: ['Organisation'],
  summary: 'Accept an invitation with one’s account',
  ...permit('self:write', jsonBody()),
  request: { body: fields.body(z.strictObject(link)) },
  responses: {
    200: json('Joined; switch to it next.', z.object({ organisationId: z.uuid() })),
    ...refusals(...bodyRefusals, 'wrong-credentials', 'conflict'),
  },
})

export function acceptInvitation(app: Api, deps: Deps) {
  app.openapi(accept, async (c) =>
    c.json(await acceptAsMember(deps, selfOf(c), c.req.valid('json'), arrivalOf(c)), 200),
  )
}

const signUp = createRoute({
  method: 'post',
  path: '/v1/invitations/sign-up',
  tags: ['Organisation'],
  summary: 'Accept an invitation by making an account',
  ...open(jsonBody()),
  request: {
    body: fields.body(
      z.strictObject({
        ...link,
        password: fields.newPassword,
        name: fields.personName.default(''),
        isRemembered: fields.isRemembered,
        as: heldAs,
      }),
    ),
  },
  responses: {
    201: json('The account is made, and signed in.', signedInDocument),
    ...openRefusals(...bodyRefusals, 'wrong-credentials', 'conflict', 'password-refused'),
  },
})

export function acceptBySigningUp(app: Api, deps: Deps) {
  app.openapi(signUp, async (c) => {
    const { as, ...answer } = c.req.valid('json')
    return c.json(giveSignedIn(c, await acceptAsNewcomer(deps, answer, arrivalOf(c)), as), 201)
  })
}
