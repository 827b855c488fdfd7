import type { Db } from '#db/connect.ts'
import { linkToken } from '#db/model/link-token.ts'
import { type MailFacts, type MailKindName, mailKinds } from '#db/model/mail.ts'
import { mailedCode } from '#db/model/mailed-code.ts'
import type { Secret } from '#db/model/secret.ts'
import { escapeHtml, onOneLine } from '#db/model/text.ts'
import { findUserByEmail } from '#db/queries/users.ts'

export interface MailRow {
  readonly id: string
  readonly kind: string
  readonly recipient: string
  readonly challengeId: string | null
  readonly facts: object
}

/** What codes and links are made with. */
export interface MailKeys {
  readonly publicUrl: string
  readonly code: Secret<Buffer>
  readonly link: Secret<Buffer>
}

export interface ComposedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Paragraphs; a string that stands alone as `[text]` is set apart: a code, or a link. */
type Body = readonly (string | readonly [string])[]
type Words = { readonly subject: string; readonly body: Body }

interface Means {
  /** Six digits, made at this moment; nothing keeps them. */
  readonly code: string
  readonly publicUrl: string
  readonly link: (purpose: 'not-me' | 'invitation' | 'restore', path: string, id: string) => string
}

const goodFor = 'It is good for ten minutes and once, in the window where you asked for it.'
const ignore = 'If you did not ask for it, ignore this mail: nothing happens without the code.'

const words: { readonly [Kind in MailKindName]: (facts: MailFacts<Kind>, means: Means) => Words } = {
  'sign-up-code': (_, { code }) => ({
    subject: 'Your code to sign up',
    body: ['Your code to sign up at Portlight:', [code], goodFor, ignore],
  }),
  'sign-in-code': (_, { code }) => ({
    subject: 'Your code to sign in',
    body: [
      'Somebody gave your password to Portlight in a browser that it does not know. If it was you, here is the code:',
      [code],
      goodFor,
      'If it was not you, somebody knows your password: change it now.',
    ],
  }),
  'reset-code': (_, { code }) => ({
    subject: 'Your code for a new password',
    body: ['Your code to choose a new password at Portlight:', [code], goodFor, ignore],
  }),
  'step-up-code': (_, { code }) => ({
    subject: 'Your code to confirm',
    body: ['Your code to confirm what you are about to do at Portlight:', [code], goodFor, ignore],
  }),
  'change-email-old-code': ({ newEmail }, { code }) => ({
    subject: 'Your code to change your address',
    body: [
      `Somebody signed in as you asked to change the address of your account to ${newEmail}. To allow it:`,
      [code],
      goodFor,
      'If it was not you, end your other sessions and change your password.',
    ],
  }),
  'change-email-new-code': (_, { code }) => ({
    subject: 'Your code to use this address',
    body: ['Your code to use this address at Portlight:', [code], goodFor, ignore],
  }),
  'email-changed': ({ newEmail }) => ({
    subject: 'Your address was changed',
    body: [`The address of your Portlight account is now ${newEmail}. This mail is the last to the old one.`],
  }),
  'new-sign-in': ({ sessionId, device, address, at }, { link }) => ({
    subject: 'New sign-in to your account',
    body: [
      `Your account was signed in to from a browser that it did not know: ${device}, from ${address}, at ${at}.`,
      'If it was you, there is nothing to do. If it was not you, end that session and choose a new password here:',
      [link('not-me', '/not-me', sessionId)],
    ],
  }),
  'session-reused': (_, { publicUrl }) => ({
    subject: 'A session of yours was ended',
    body: [
      'A token of one of your sessions was used twice, which happens when it was stolen. The session has been ended for everybody who had it.',
      'Sign in again, and change your password if you do not know how it could have been taken:',
      [publicUrl],
    ],
  }),
  'password-changed': ({ endedSessions, endedCount }) => ({
    subject: 'Your password was changed',
    body: [
      'The password of your Portlight account was changed.',
      endedCount === 0
        ? 'No other session was open.'
        : `Other sessions that were ended: ${endedCount} (${endedSessions.join(', ')}).`,
      'If it was not you, ask for a new password at once.',
    ],
  }),
  'factor-changed': ({ factor, change }) => ({
    subject: 'Your second factor was changed',
    body: [`${factorNames[factor]} of your Portlight account: ${change}.`, 'If it was not you, change your password.'],
  }),
  invitation: ({ invitationId, organisation, role, invitedBy }, { link }) => ({
    subject: 'You are invited',
    body: [
      `${invitedBy} invites you to “${organisation}” at Portlight, as ${role}. To accept within seven days:`,
      [link('invitation', '/invitation', invitationId)],
      'If you do not know what this is, ignore it.',
    ],
  }),
  'webhook-disabled': ({ name, host, organisation, reason }) => ({
    subject: 'A webhook was disabled',
    body: [
      `${organisation} has told nothing to ${name === '' ? 'its webhook' : `its webhook “${name}”`} at ${host} for a day, however often it tried (${reason}). It is disabled, and what happens from now on is not kept for it.`,
      'Mend its receiver, enable it again and replay what it missed: that stays in its log for 30 days.',
    ],
  }),
  alert: ({ title, lines }, { publicUrl }) => ({
    subject: title,
    body: [...lines, `All findings, with their evidence and history: ${publicUrl}/v1/findings`],
  }),
  mention: ({ author, about, text, path }, { publicUrl }) => ({
    subject: `${author} mentions you: ${about}`,
    body: [
      `${author} mentions you in the discussion of ${about}:`,
      text,
      'The whole discussion:',
      [`${publicUrl}${path}`],
    ],
  }),
  'account-disabled': () => ({
    subject: 'Your account was disabled',
    body: ['An admin of the Portlight instance has disabled your account and ended its sessions.'],
  }),
  'account-deleted': ({ userId, restoreUntil }, { link }) => ({
    subject: 'Your account was deleted',
    body: [
      `Your Portlight account was deleted. Until ${restoreUntil} you can have it back:`,
      [link('restore', '/restore', userId)],
      'After that everything about you is erased.',
    ],
  }),
  'reset-started-by-admin': (_, { publicUrl }) => ({
    subject: 'Choose a new password',
    body: [
      'An admin of the Portlight instance asks you to choose a new password. Your sessions were ended.',
      'Ask for a code here:',
      [`${publicUrl}/reset`],
    ],
  }),
}

const factorNames = {
  totp: 'Authenticator app',
  passkey: 'Passkey',
  'recovery-codes': 'Recovery codes',
  'all-factors': 'All second factors',
  provider: 'Sign-in by a provider',
} as const

const accountExists = (publicUrl: string): Words => ({
  subject: 'You have an account already',
  body: [
    'Somebody, probably you, asked to sign up at Portlight with this address, which has an account already. Sign in, or ask for a new password:',
    [`${publicUrl}/sign-in`],
    'If it was not you, ignore this mail.',
  ],
})

/**
 * What a mail says, made at the moment of sending: its code and its links are kept nowhere. Both parts say the same, and nothing in them is fetched from anywhere.
 * Or why there is nothing to send.
 */
export async function composeMail(db: Db, mail: MailRow, keys: MailKeys): Promise<ComposedMail | { reason: string }> {
  if (!(mail.kind in words)) return { reason: 'unknown-kind' }
  const kind = mail.kind as MailKindName
  const isAskedOf = kind === 'reset-code' || kind === 'sign-up-code'
  const hasAccount = isAskedOf && (await findUserByEmail(db, mail.recipient)) !== undefined
  if (kind === 'reset-code' && !hasAccount) return { reason: 'no-account' }
  const means: Means = {
    code: mail.challengeId === null ? '' : mailedCode(keys.code, mail.challengeId),
    publicUrl: keys.publicUrl,
    link: (purpose, path, id) => `${keys.publicUrl}${path}?id=${id}&token=${linkToken(keys.link, purpose, id)}`,
  }
  if (kind === 'sign-up-code' && hasAccount) return written(accountExists(keys.publicUrl))
  // Safe cast: each kind's words take the facts of its own schema.
  const say = words[kind] as (facts: object, means: Means) => Words
  return written(say(mailKinds[kind].facts.parse(visible(mail.facts)), means))
}

/** Names that people gave, without line breaks and without what turns a reader's eye around. */
const visible = (facts: object): object =>
  JSON.parse(JSON.stringify(facts), (_name, value: unknown) =>
    typeof value === 'string' ? onOneLine(value) : value,
  ) as object

function written({ subject, body }: Words): ComposedMail {
  const lines = body.map((part) => (typeof part === 'string' ? part : `    ${part[0]}`))
  const paragraphs = body.map((part) =>
    typeof part === 'string' ? `<p>${escapeHtml(part)}</p>` : `<p><strong>${escapeHtml(part[0])}</strong></p>`,
  )
  return {
    subject: `Portlight: ${subject}`,
    text: `${lines.join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>${paragraphs.join('')}</body></html>`,
  }
}
