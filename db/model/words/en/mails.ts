/** Paragraphs; a string that stands alone as `[text]` is set apart: a code, or a link. */
export interface MailText {
  readonly subject: string
  readonly body: readonly (string | readonly [string])[]
}

/** What is made at the moment of sending; nothing keeps it. */
export interface Means {
  /** Six digits. */
  readonly code: string
  readonly publicUrl: string
  readonly link: (purpose: 'not-me' | 'invitation' | 'restore', path: string, id: string) => string
}

interface NewEmailFacts {
  readonly newEmail: string
}
interface NewSignInFacts {
  readonly sessionId: string
  readonly device: string
  readonly address: string
  readonly at: string
}
interface PasswordChangedFacts {
  readonly endedSessions: readonly string[]
  readonly endedCount: number
}
interface FactorChangedFacts {
  readonly factor: 'totp' | 'passkey' | 'recovery-codes' | 'all-factors' | 'provider'
  readonly change: 'added' | 'removed'
}
interface InvitationFacts {
  readonly invitationId: string
  readonly organisation: string
  readonly role: 'owner' | 'admin' | 'operator' | 'viewer'
  readonly invitedBy: string
}
interface WebhookDisabledFacts {
  readonly name: string
  readonly host: string
  readonly organisation: string
  readonly reason: string
}
interface AlertFacts {
  readonly title: string
  readonly lines: readonly string[]
}
interface MentionFacts {
  readonly author: string
  readonly about: string
  readonly text: string
  readonly path: string
}
interface AccountDeletedFacts {
  readonly userId: string
  readonly restoreUntil: string
}

const goodFor = 'It is good for ten minutes and once, in the window where you asked for it.'
const ignore = 'If you did not ask for it, ignore this mail: nothing happens without the code.'

const factorNames = {
  totp: 'Authenticator app',
  passkey: 'Passkey',
  'recovery-codes': 'Recovery codes',
  'all-factors': 'All second factors',
  provider: 'Sign-in by a provider',
} as const

/** Every mail there is, in words. */
export const mails = {
  'sign-up-code': (_facts: object, { code }: Means): MailText => ({
    subject: 'Your code to sign up',
    body: ['Your code to sign up at Portlight:', [code], goodFor, ignore],
  }),
  'sign-in-code': (_facts: object, { code }: Means): MailText => ({
    subject: 'Your code to sign in',
    body: [
      'Somebody gave your password to Portlight in a browser that it does not know. If it was you, here is the code:',
      [code],
      goodFor,
      'If it was not you, somebody knows your password: change it now.',
    ],
  }),
  'reset-code': (_facts: object, { code }: Means): MailText => ({
    subject: 'Your code for a new password',
    body: ['Your code to choose a new password at Portlight:', [code], goodFor, ignore],
  }),
  'step-up-code': (_facts: object, { code }: Means): MailText => ({
    subject: 'Your code to confirm',
    body: ['Your code to confirm what you are about to do at Portlight:', [code], goodFor, ignore],
  }),
  'change-email-old-code': ({ newEmail }: NewEmailFacts, { code }: Means): MailText => ({
    subject: 'Your code to change your address',
    body: [
      `Somebody signed in as you asked to change the address of your account to ${newEmail}. To allow it:`,
      [code],
      goodFor,
      'If it was not you, end your other sessions and change your password.',
    ],
  }),
  'change-email-new-code': (_facts: object, { code }: Means): MailText => ({
    subject: 'Your code to use this address',
    body: ['Your code to use this address at Portlight:', [code], goodFor, ignore],
  }),
  'email-changed': ({ newEmail }: NewEmailFacts): MailText => ({
    subject: 'Your address was changed',
    body: [`The address of your Portlight account is now ${newEmail}. This mail is the last to the old one.`],
  }),
  'new-sign-in': ({ sessionId, device, address, at }: NewSignInFacts, { link }: Means): MailText => ({
    subject: 'New sign-in to your account',
    body: [
      `Your account was signed in to from a browser that it did not know: ${device}, from ${address}, at ${at}.`,
      'If it was you, there is nothing to do. If it was not you, end that session and choose a new password here:',
      [link('not-me', '/not-me', sessionId)],
    ],
  }),
  'session-reused': (_facts: object, { publicUrl }: Means): MailText => ({
    subject: 'A session of yours was ended',
    body: [
      'A token of one of your sessions was used twice, which happens when it was stolen. The session has been ended for everybody who had it.',
      'Sign in again, and change your password if you do not know how it could have been taken:',
      [publicUrl],
    ],
  }),
  'password-changed': ({ endedSessions, endedCount }: PasswordChangedFacts): MailText => ({
    subject: 'Your password was changed',
    body: [
      'The password of your Portlight account was changed.',
      endedCount === 0
        ? 'No other session was open.'
        : `Other sessions that were ended: ${endedCount} (${endedSessions.join(', ')}).`,
      'If it was not you, ask for a new password at once.',
    ],
  }),
  'factor-changed': ({ factor, change }: FactorChangedFacts): MailText => ({
    subject: 'Your second factor was changed',
    body: [`${factorNames[factor]} of your Portlight account: ${change}.`, 'If it was not you, change your password.'],
  }),
  invitation: ({ invitationId, organisation, role, invitedBy }: InvitationFacts, { link }: Means): MailText => ({
    subject: 'You are invited',
    body: [
      `${invitedBy} invites you to “${organisation}” at Portlight, as ${role}. To accept within seven days:`,
      [link('invitation', '/invitation', invitationId)],
      'If you do not know what this is, ignore it.',
    ],
  }),
  'webhook-disabled': ({ name, host, organisation, reason }: WebhookDisabledFacts): MailText => ({
    subject: 'A webhook was disabled',
    body: [
      `${organisation} has told nothing to ${name === '' ? 'its webhook' : `its webhook “${name}”`} at ${host} for a day, however often it tried (${reason}). It is disabled, and what happens from now on is not kept for it.`,
      'Mend its receiver, enable it again and replay what it missed: that stays in its log for 30 days.',
    ],
  }),
  alert: ({ title, lines }: AlertFacts, { publicUrl }: Means): MailText => ({
    subject: title,
    body: [...lines, `All findings, with their evidence and history: ${publicUrl}/v1/findings`],
  }),
  mention: ({ author, about, text, path }: MentionFacts, { publicUrl }: Means): MailText => ({
    subject: `${author} mentions you: ${about}`,
    body: [
      `${author} mentions you in the discussion of ${about}:`,
      text,
      'The whole discussion:',
      [`${publicUrl}${path}`],
    ],
  }),
  'account-disabled': (): MailText => ({
    subject: 'Your account was disabled',
    body: ['An admin of the Portlight instance has disabled your account and ended its sessions.'],
  }),
  'account-deleted': ({ userId, restoreUntil }: AccountDeletedFacts, { link }: Means): MailText => ({
    subject: 'Your account was deleted',
    body: [
      `Your Portlight account was deleted. Until ${restoreUntil} you can have it back:`,
      [link('restore', '/restore', userId)],
      'After that everything about you is erased.',
    ],
  }),
  'reset-started-by-admin': (_facts: object, { publicUrl }: Means): MailText => ({
    subject: 'Choose a new password',
    body: [
      'An admin of the Portlight instance asks you to choose a new password. Your sessions were ended.',
      'Ask for a code here:',
      [`${publicUrl}/reset`],
    ],
  }),
  /** In place of a code to sign up. */
  'account-exists': (_facts: object, { publicUrl }: Means): MailText => ({
    subject: 'You have an account already',
    body: [
      'Somebody, probably you, asked to sign up at Portlight with this address, which has an account already. Sign in, or ask for a new password:',
      [`${publicUrl}/sign-in`],
      'If it was not you, ignore this mail.',
    ],
  }),
}
