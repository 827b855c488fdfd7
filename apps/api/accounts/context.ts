import type { Context } from 'hono'
import type { AuditEntry } from '#db/queries/audit.ts'
import type { ApiEnv } from '../app.ts'

/** From where somebody acts, and in which request. */
export interface Arrival {
  readonly address: string
  /** What a list of sessions shows: the browser and its system, or the program. */
  readonly client: string
  readonly requestId: string
}

export const arrivalOf = (c: Context<ApiEnv>): Arrival => ({
  address: c.get('client'),
  client: clientName(c.req.header('user-agent') ?? ''),
  requestId: c.get('requestId'),
})

const browsers = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\bFirefox\//],
  ['Chrome', /\b(Chrome|Chromium|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
  ['portlight', /^portlight/i],
] as const
const systems = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const

/** `Firefox on Linux`; the field is the client's own word, so nothing but these names is taken from it. */
export function clientName(userAgent: string): string {
  const browser = browsers.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'A program'
  const system = systems.find(([, pattern]) => pattern.test(userAgent))?.[0]
  return system === undefined ? browser : `${browser} on ${system}`
}

/** An audit entry of somebody without a credential, or who is about to get one. */
export const auditOf = (
  { address, requestId }: Arrival,
  userId: string | null,
  action: string,
  outcome: AuditEntry['outcome'],
  facts: AuditEntry['facts'] = {},
): AuditEntry => ({
  organisationId: null,
  actor: { kind: userId === null ? 'nobody' : 'user', id: userId, credentialId: null },
  action,
  outcome,
  subject: userId === null ? null : { kind: 'user', id: userId },
  facts,
  personal: { address },
  requestId,
})
