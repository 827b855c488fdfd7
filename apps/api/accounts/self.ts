import type { Context } from 'hono'
import type { AuditEntry } from '#db/queries/audit.ts'
import type { ApiEnv } from '../app.ts'

/** A person who acts by a session, which their permission has made sure of. */
export interface Self {
  readonly userId: string
  readonly sessionId: string
  readonly organisationId: string
}

/** @throws for a key: the route's permission does not ask for a session */
export function selfOf(c: Context<ApiEnv>): Self {
  const { principal, credential, organisationId } = c.get('actor')
  if (principal.kind !== 'user' || credential.kind !== 'session') throw new Error('this route needs a session')
  return { userId: principal.id, sessionId: credential.id, organisationId }
}

/** An audit entry of whoever acts in this request. */
export function auditBy(
  c: Context<ApiEnv>,
  action: string,
  subject: AuditEntry['subject'],
  facts: AuditEntry['facts'] = {},
): AuditEntry {
  const { principal, credential, organisationId } = c.get('actor')
  return {
    organisationId,
    actor: { kind: principal.kind, id: principal.id, credentialId: credential.id },
    action,
    outcome: 'done',
    subject,
    facts,
    personal: { address: c.get('client') },
    requestId: c.get('requestId'),
  }
}
