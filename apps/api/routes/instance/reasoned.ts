import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AuditEntry } from '#db/queries/audit.ts'
import { auditBy } from '../../accounts/self.ts'
import type { ApiEnv } from '../../app.ts'

/** What an act on the instance wants to be told: kept in the audit, with who acted. */
export const reason = z.string().trim().min(1).max(300).openapi({ description: 'Kept in the audit.' })

/** An audit entry with the reason that was given, whose words may be personal. */
export function auditFor(
  c: Context<ApiEnv>,
  why: string,
  ...[action, subject, facts]: [action: string, subject: AuditEntry['subject'], facts?: AuditEntry['facts']]
): AuditEntry {
  const entry = auditBy(c, action, subject, facts)
  return { ...entry, personal: { ...entry.personal, reason: why } }
}
