import { type Email, readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { isLinkToken } from '#db/model/link-token.ts'
import { isAtLeast, type OrganisationRole } from '#db/model/role.ts'
import { type AuditEntry, writeAudit } from '#db/queries/audit.ts'
import { createInvitation, findInvitation, findOrganisation, winInvitation } from '#db/queries/organisations.ts'
import { createUser, findUser, findUserByEmail, joinOrganisation } from '#db/queries/users.ts'
import { withMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { type Arrival, auditOf } from './context.ts'
import { enter, type SignedIn } from './enter.ts'
import { newPasswordHash } from './password.ts'
import { mustHaveMail, wrongCredentials } from './refusals.ts'
import type { Self } from './self.ts'

/** Mails an invitation. Nobody gives away more than he has. @throws DomainError */
export async function invite(
  deps: Deps,
  self: Self & { readonly role: OrganisationRole },
  { email, role }: { readonly email: Email; readonly role: OrganisationRole },
  audit: (action: string, subject: AuditEntry['subject']) => AuditEntry,
): Promise<{ id: string }> {
  mustHaveMail(deps)
  if (!isAtLeast(self.role, role)) throw new DomainError('conflict', `Only an ${role} makes an ${role}.`)
  return withMail(deps, async (db, mail) => {
    const [organisation, inviter] = [await findOrganisation(db, self.organisationId), await findUser(db, self.userId)]
    const id = await createInvitation(db, {
      organisationId: self.organisationId,
      email: email.canonical,
      role,
      invitedBy: self.userId,
    })
    await writeAudit(db, audit('member.invite', { kind: 'invitation', id }))
    await mail({
      kind: 'invitation',
      recipient: email.canonical,
      challengeId: null,
      facts: {
        invitationId: id,
        organisation: organisation!.name.slice(0, 300),
        role,
        invitedBy: inviter!.emailDisplay,
      },
    })
    return { id }
  })
}

/** An open invitation that this link opens; the link has been mailed, so whoever has it has the address. @throws DomainError */
export async function openInvitation({ db, credentials }: Deps, { id, token }: { id: string; token: string }) {
  const keys = credentials.keys('mailed-link').map(({ secret }) => secret)
  const invitation = isLinkToken(keys, 'invitation', id, token) ? await findInvitation(db, id) : undefined
  if (!invitation) throw wrongCredentials()
  const hasAccount = (await findUserByEmail(db, invitation.email)) !== undefined
  const organisation = await findOrganisation(db, invitation.organisationId)
  return { ...invitation, organisation: organisation!.name, hasAccount }
}

/** Joins the organisation as the person who is signed in, whose address has to be the invited one. @throws DomainError */
export async function acceptAsMember(
  deps: Deps,
  { userId }: Pick<Self, 'userId'>,
  link: { readonly id: string; readonly token: string },
  arrival: Arrival,
): Promise<{ organisationId: string }> {
  const invitation = await openInvitation(deps, link)
  const user = (await findUser(deps.db, userId))!
  if (user.email !== invitation.email)
    throw new DomainError('conflict', 'The invitation is for another address than that of your account.')
  return deps.db.transaction().execute(async (db) => {
    const won = await winInvitation(db, link.id)
    if (!won) throw wrongCredentials()
    await joinOrganisation(db, { ...won, userId })
    await writeAudit(db, {
      ...auditOf(arrival, userId, 'member.join', 'done'),
      organisationId: won.organisationId,
      subject: { kind: 'invitation', id: won.id },
    })
    return { organisationId: won.organisationId }
  })
}

export interface NewMember {
  readonly id: string
  readonly token: string
  readonly password: string
  readonly name: string
  readonly isRemembered: boolean
}

/** Makes an account for the invited address, also where sign-up is closed, and signs in. @throws DomainError */
export async function acceptAsNewcomer(deps: Deps, answer: NewMember, arrival: Arrival): Promise<SignedIn> {
  const invitation = await openInvitation(deps, answer)
  if (invitation.hasAccount) throw new DomainError('conflict', 'This address has an account: sign in and accept then.')
  const email = readEmail(invitation.email)
  const passwordHash = await newPasswordHash(answer.password, [email.canonical, answer.name])
  return withMail(deps, async (db, mail) => {
    const won = await winInvitation(db, answer.id)
    if (!won) throw wrongCredentials()
    const made = await createUser(db, { email, name: answer.name, passwordHash, instanceRole: null })
    if (!made) throw new DomainError('conflict', 'This address has an account: sign in and accept then.')
    const { organisationId, role } = won
    await joinOrganisation(db, { organisationId, userId: made.id, role })
    await writeAudit(db, {
      ...auditOf(arrival, made.id, 'member.join', 'done'),
      organisationId,
      subject: { kind: 'invitation', id: won.id },
    })
    const user = { id: made.id, email: email.canonical, emailDisplay: email.display }
    const { isRemembered } = answer
    const entrance = {
      user,
      isRemembered,
      deviceId: null,
      by: 'invitation',
      tellsOwner: false,
      organisationId,
    } as const
    return enter(deps, db, mail, entrance, arrival)
  })
}
