import { sql } from 'kysely'
import { publish } from '../bus.ts'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import type { OrganisationRole } from '../model/role.ts'
import { now } from './clock.ts'

export const findOrganisation = (db: Db, id: string) =>
  db
    .selectFrom('organisations')
    .select(['id', 'name', 'keep_scans_days as keepScansDays', 'created_at as createdAt'])
    .where('id', '=', id)
    .executeTakeFirst()

export const changeOrganisation = (
  db: Db,
  id: string,
  { name, keepScansDays }: { readonly name?: string | undefined; readonly keepScansDays?: number | null | undefined },
) =>
  db
    .updateTable('organisations')
    .set({
      ...(name === undefined ? {} : { name }),
      ...(keepScansDays === undefined ? {} : { keep_scans_days: keepScansDays }),
    })
    .where('id', '=', id)
    .execute()

/** Who is in it, in the order of joining. */
export const listMembers = (db: Db, organisationId: string) =>
  db
    .selectFrom('memberships as membership')
    .innerJoin('users as person', 'person.id', 'membership.user_id')
    .select([
      'person.id',
      'person.email_display as email',
      'person.name',
      'person.state',
      'membership.role',
      'membership.created_at as since',
    ])
    .where('membership.organisation_id', '=', organisationId)
    .orderBy('membership.created_at')
    .orderBy('person.id')
    .limit(1000)
    .execute()

/** Who of these are active members of the organisation, with their addresses. */
export const membersAmong = (db: Db, organisationId: string, userIds: readonly string[]) =>
  db
    .selectFrom('memberships as membership')
    .innerJoin('users as person', 'person.id', 'membership.user_id')
    .select(['person.id', 'person.email'])
    .where('membership.organisation_id', '=', organisationId)
    .where('person.state', '=', 'active')
    .where(sql<boolean>`person.id = any(${[...userIds]}::uuid[])`)
    .execute()

/** Undefined for somebody who is not in it. */
export async function roleOf(db: Db, organisationId: string, userId: string): Promise<OrganisationRole | undefined> {
  const member = await db
    .selectFrom('memberships')
    .select('role')
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return member?.role
}

export type MemberChange = 'done' | 'no-such-member' | 'last-owner'

/** Holds the organisation's owners still while one of them may go: of two who leave at once one stays. */
const ownersOf = (db: Db, organisationId: string) =>
  db
    .selectFrom('memberships')
    .select('user_id')
    .where('organisation_id', '=', organisationId)
    .where('role', '=', 'owner')
    .orderBy('user_id')
    .forUpdate()
    .execute()

/** Belongs into a transaction. */
export async function changeRole(
  db: Db,
  { organisationId, userId }: { readonly organisationId: string; readonly userId: string },
  role: OrganisationRole,
): Promise<MemberChange> {
  const owners = await ownersOf(db, organisationId)
  if (role !== 'owner' && isLast(owners, userId)) return 'last-owner'
  const changed = await db
    .updateTable('memberships')
    .set({ role })
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .returning('user_id')
    .executeTakeFirst()
  if (!changed) return 'no-such-member'
  await publish(db, 'credential', userId)
  return 'done'
}

/** With the membership go the person's keys and sessions in this organisation. Belongs into a transaction. */
export async function removeMember(
  db: Db,
  { organisationId, userId }: { readonly organisationId: string; readonly userId: string },
): Promise<MemberChange> {
  const owners = await ownersOf(db, organisationId)
  if (isLast(owners, userId)) return 'last-owner'
  const removed = await db
    .deleteFrom('memberships')
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .returning('user_id')
    .executeTakeFirst()
  if (!removed) return 'no-such-member'
  await db
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: 'left-organisation' })
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .execute()
  await publish(db, 'credential', userId)
  return 'done'
}

const isLast = (owners: readonly { user_id: string }[], userId: string) =>
  owners.length === 1 && owners[0]!.user_id === userId

/** Organisations that would be without an owner if this person went, and in which there are others. */
export const ownedAlone = (db: Db, userId: string) =>
  db
    .selectFrom('memberships as own')
    .innerJoin('organisations as organisation', 'organisation.id', 'own.organisation_id')
    .select(['organisation.id', 'organisation.name'])
    .where('own.user_id', '=', userId)
    .where('own.role', '=', 'owner')
    .where(
      sql<boolean>`not exists (select from memberships other where other.organisation_id = own.organisation_id and other.role = 'owner' and other.user_id <> own.user_id)
        and exists (select from memberships other where other.organisation_id = own.organisation_id and other.user_id <> own.user_id)`,
    )
    .limit(20)
    .execute()

const invitationDays = 7

export interface NewInvitation {
  readonly organisationId: string
  readonly email: string
  readonly role: OrganisationRole
  readonly invitedBy: string
}

export async function createInvitation(db: Db, invitation: NewInvitation): Promise<string> {
  const { id } = await db
    .insertInto('invitations')
    .values({
      id: newId(),
      organisation_id: invitation.organisationId,
      email: invitation.email,
      role: invitation.role,
      invited_by: invitation.invitedBy,
      expires_at: sql<Date>`calendar_now() + make_interval(days => ${invitationDays})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

const isOpen = sql<boolean>`accepted_at is null and revoked_at is null and expires_at > calendar_now()`
const invitationColumns = [
  'id',
  'organisation_id as organisationId',
  'email',
  'role',
  'invited_by as invitedBy',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const

/** Those that can still be accepted, the newest first. */
export const listInvitations = (db: Db, organisationId: string) =>
  db
    .selectFrom('invitations')
    .select(invitationColumns)
    .where('organisation_id', '=', organisationId)
    .where(isOpen)
    .orderBy('created_at', 'desc')
    .limit(1000)
    .execute()

export const findInvitation = (db: Db, id: string) =>
  db.selectFrom('invitations').select(invitationColumns).where('id', '=', id).where(isOpen).executeTakeFirst()

/** An open invitation for this address, into whatever organisation. */
export const invitationFor = (db: Db, email: string) =>
  db
    .selectFrom('invitations')
    .select(invitationColumns)
    .where('email', '=', email)
    .where(isOpen)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Uses it up: of a hundred at once one wins, the others get undefined. */
export const winInvitation = (db: Db, id: string) =>
  db
    .updateTable('invitations')
    .set({ accepted_at: now })
    .where('id', '=', id)
    .where(isOpen)
    .returning(invitationColumns)
    .executeTakeFirst()

export async function revokeInvitation(db: Db, organisationId: string, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('invitations')
    .set({ revoked_at: now })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .where(isOpen)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
