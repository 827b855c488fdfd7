import { z } from 'zod'
import { organisationRoles } from './role.ts'

const text = z.string().max(300)

interface MailKind {
  /** What the text needs beside its kind; never a code or a token: these are made at the moment of sending. */
  readonly facts: z.ZodObject
  /** How long it is worth sending. */
  readonly minutes: number
}

/** A code is worth sending as long as it is good. */
const codeMinutes = 10
const noticeMinutes = 24 * 60

const code = { facts: z.strictObject({}), minutes: codeMinutes } as const satisfies MailKind
const notice = { facts: z.strictObject({}), minutes: noticeMinutes } as const satisfies MailKind

/** Every mail there is. Those with a code are made out of their challenge. */
export const mailKinds = {
  'sign-up-code': code,
  'sign-in-code': code,
  'reset-code': code,
  'step-up-code': code,
  /** To the old address, and to the new one. */
  'change-email-old-code': { facts: z.strictObject({ newEmail: text }), minutes: codeMinutes },
  'change-email-new-code': code,
  'email-changed': { facts: z.strictObject({ newEmail: text }), minutes: noticeMinutes },
  /** With a link that ends the session and begins a reset. */
  'new-sign-in': {
    facts: z.strictObject({ sessionId: z.uuid(), device: text, address: text, at: text }),
    minutes: noticeMinutes,
  },
  /** A refresh token came back that had been exchanged: the session was ended. */
  'session-reused': notice,
  'password-changed': {
    facts: z.strictObject({ endedSessions: z.array(text).max(20), endedCount: z.int().nonnegative() }),
    minutes: noticeMinutes,
  },
  'factor-changed': {
    facts: z.strictObject({
      factor: z.enum(['totp', 'passkey', 'recovery-codes', 'all-factors', 'provider']),
      change: z.enum(['added', 'removed']),
    }),
    minutes: noticeMinutes,
  },
  invitation: {
    facts: z.strictObject({
      invitationId: z.uuid(),
      organisation: text,
      role: z.enum(organisationRoles),
      invitedBy: text,
    }),
    minutes: noticeMinutes,
  },
  'account-disabled': notice,
  'account-deleted': { facts: z.strictObject({ userId: z.uuid(), restoreUntil: text }), minutes: noticeMinutes },
  /** To whoever made it, and to the owners of its organisation. */
  'webhook-disabled': {
    facts: z.strictObject({ name: text, host: text, organisation: text, reason: text }),
    minutes: noticeMinutes,
  },
  /** News of findings. */
  alert: {
    facts: z.strictObject({ title: text, lines: z.array(z.string().max(1000)).max(60) }),
    minutes: noticeMinutes,
  },
  /** Somebody named its reader in a discussion. */
  mention: {
    facts: z.strictObject({ author: text, about: text, text: z.string().max(1000), path: text }),
    minutes: noticeMinutes,
  },
  'reset-started-by-admin': code,
} as const satisfies Record<string, MailKind>

export type MailKindName = keyof typeof mailKinds
export type MailFacts<Kind extends MailKindName> = z.output<(typeof mailKinds)[Kind]['facts']>
