import type { Db } from '#db/connect.ts'
import { createDevice, touchDevice } from '#db/queries/devices.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { beginSession } from '#db/queries/sessions.ts'
import { makeOrganisation, membershipsOf, type UserRow } from '#db/queries/users.ts'
import type { AskForMail } from '#workers/queue/with-mail.ts'
import type { Deps } from '../app.ts'
import { deviceToken } from '../credentials/device-token.ts'
import { type Arrival, auditOf } from './context.ts'
import { makeTokens, type Tokens } from './tokens.ts'

export interface Entrance {
  readonly user: Pick<UserRow, 'id' | 'email' | 'emailDisplay'>
  readonly isRemembered: boolean
  /** Null where this browser proved a second factor just now: it becomes a known one. */
  readonly deviceId: string | null
  /** By what the person signed in. */
  readonly by: 'password' | 'sign-up' | 'set-up' | 'passkey' | 'provider' | 'reset' | 'invitation'
  /** False where the account was made just now: nobody need be told. */
  readonly tellsOwner: boolean
  /** Null for the organisation joined first. */
  readonly organisationId: string | null
}

export interface SignedIn {
  readonly tokens: Tokens
  readonly deviceToken: string
}

/** Begins the session of somebody who has proved who he is, in the caller's transaction. The owner hears of a new device by mail. */
export async function enter(
  { credentials }: Pick<Deps, 'credentials'>,
  db: Db,
  mail: AskForMail,
  { user, isRemembered, by, ...given }: Entrance,
  arrival: Arrival,
): Promise<SignedIn> {
  const organisationId =
    given.organisationId ??
    (await membershipsOf(db, user.id))[0]?.id ??
    (await makeOrganisation(db, user.id, user.emailDisplay))
  const deviceId = given.deviceId ?? (await createDevice(db, user.id, arrival.client))
  if (given.deviceId !== null) await touchDevice(db, deviceId)
  const session = await beginSession(db, {
    userId: user.id,
    organisationId,
    deviceId,
    name: arrival.client,
    address: arrival.address,
    isRemembered,
  })
  await writeAudit(db, {
    ...auditOf(arrival, user.id, 'session.begin', 'done', { by }),
    organisationId,
    subject: { kind: 'session', id: session.id },
  })
  if (given.deviceId === null && given.tellsOwner)
    await mail({
      kind: 'new-sign-in',
      recipient: user.email,
      challengeId: null,
      facts: {
        sessionId: session.id,
        device: arrival.client,
        address: arrival.address,
        at: new Date().toISOString(),
      },
    })
  const tokens = await makeTokens(credentials, {
    subject: { userId: user.id, sessionId: session.id, organisationId },
    generation: session.generation,
    isRemembered,
    expiresAt: session.expiresAt,
  })
  return { tokens, deviceToken: deviceToken(credentials.keys('cookie'), deviceId, user.id) }
}
