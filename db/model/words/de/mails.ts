import type { mails as english } from '../en/mails.ts'
import { formats } from './formats.ts'
import { terms } from './terms.ts'

const goodFor = 'Er gilt zehn Minuten und ein einziges Mal, in dem Fenster, in dem er angefordert wurde.'
const ignore = 'Wenn Sie ihn nicht angefordert haben, können Sie diese Mail ignorieren: Ohne den Code geschieht nichts.'

const factorNames = {
  totp: 'Authenticator-App',
  passkey: 'Passkey',
  'recovery-codes': 'Wiederherstellungscodes',
  'all-factors': 'Alle zweiten Faktoren',
  provider: 'Anmeldung über einen Anbieter',
} as const
const changes = { added: 'hinzugefügt', removed: 'entfernt' } as const

/** Jede Mail, die es gibt, in Worten. */
export const mails: typeof english = {
  'sign-up-code': (_, { code }) => ({
    subject: 'Ihr Code zur Registrierung',
    body: ['Ihr Code zur Registrierung bei Portlight:', [code], goodFor, ignore],
  }),
  'sign-in-code': (_, { code }) => ({
    subject: 'Ihr Code zur Anmeldung',
    body: [
      'In einem Browser, den Portlight noch nicht kennt, wurde Ihr Passwort eingegeben. Wenn Sie das waren, ist hier der Code:',
      [code],
      goodFor,
      'Wenn nicht, kennt jemand Ihr Passwort: Ändern Sie es jetzt.',
    ],
  }),
  'reset-code': (_, { code }) => ({
    subject: 'Ihr Code für ein neues Passwort',
    body: ['Ihr Code, um bei Portlight ein neues Passwort zu wählen:', [code], goodFor, ignore],
  }),
  'step-up-code': (_, { code }) => ({
    subject: 'Ihr Code zur Bestätigung',
    body: ['Ihr Code, um bei Portlight den nächsten Schritt zu bestätigen:', [code], goodFor, ignore],
  }),
  'change-email-old-code': ({ newEmail }, { code }) => ({
    subject: 'Ihr Code zum Ändern der Adresse',
    body: [
      `Jemand, der mit Ihrem Konto angemeldet ist, möchte dessen Adresse auf ${newEmail} ändern. Um das zu erlauben:`,
      [code],
      goodFor,
      'Wenn Sie das nicht waren, beenden Sie Ihre anderen Sitzungen und ändern Sie Ihr Passwort.',
    ],
  }),
  'change-email-new-code': (_, { code }) => ({
    subject: 'Ihr Code für diese Adresse',
    body: ['Ihr Code, um diese Adresse bei Portlight zu verwenden:', [code], goodFor, ignore],
  }),
  'email-changed': ({ newEmail }) => ({
    subject: 'Ihre Adresse wurde geändert',
    body: [`Die Adresse Ihres Portlight-Kontos ist jetzt ${newEmail}. Diese Mail ist die letzte an die alte Adresse.`],
  }),
  'new-sign-in': ({ sessionId, device, address, at }, { link }) => ({
    subject: 'Neue Anmeldung an Ihrem Konto',
    body: [
      `An Ihrem Konto hat sich ein Browser angemeldet, den es noch nicht kannte: ${device}, von ${address}, am ${formats.longInstant(at)}.`,
      'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, beenden Sie hier diese Sitzung und wählen Sie ein neues Passwort:',
      [link('not-me', '/not-me', sessionId)],
    ],
  }),
  'session-reused': (_, { publicUrl }) => ({
    subject: 'Eine Ihrer Sitzungen wurde beendet',
    body: [
      'Ein Token einer Ihrer Sitzungen wurde zweimal verwendet; das geschieht, wenn es gestohlen wurde. Die Sitzung wurde für alle beendet, die es hatten.',
      'Melden Sie sich neu an, und ändern Sie Ihr Passwort, wenn Sie nicht wissen, wie das geschehen konnte:',
      [publicUrl],
    ],
  }),
  'password-changed': ({ endedSessions, endedCount }) => ({
    subject: 'Ihr Passwort wurde geändert',
    body: [
      'Das Passwort Ihres Portlight-Kontos wurde geändert.',
      endedCount === 0
        ? 'Es war keine andere Sitzung offen.'
        : `Andere Sitzungen, die beendet wurden: ${formats.number(endedCount)} (${endedSessions.join(', ')}).`,
      'Wenn Sie das nicht waren, fordern Sie sofort ein neues Passwort an.',
    ],
  }),
  'factor-changed': ({ factor, change }) => ({
    subject: 'Ihr zweiter Faktor wurde geändert',
    body: [
      `${factorNames[factor]} Ihres Portlight-Kontos: ${changes[change]}.`,
      'Wenn Sie das nicht waren, ändern Sie Ihr Passwort.',
    ],
  }),
  invitation: ({ invitationId, organisation, role, invitedBy }, { link }) => ({
    subject: 'Sie sind eingeladen',
    body: [
      `${invitedBy} lädt Sie zu „${organisation}“ bei Portlight ein, mit der Rolle ${terms.role[role]}. Um innerhalb von sieben Tagen anzunehmen:`,
      [link('invitation', '/invitation', invitationId)],
      'Wenn Ihnen das nichts sagt, können Sie diese Mail ignorieren.',
    ],
  }),
  'webhook-disabled': ({ name, host, organisation, reason }) => ({
    subject: 'Ein Webhook wurde deaktiviert',
    body: [
      `${organisation} konnte ${name === '' ? 'dem Webhook' : `dem Webhook „${name}“`} bei ${host} einen Tag lang trotz aller Versuche nichts zustellen (${reason}). Er ist deaktiviert, und was von jetzt an geschieht, wird nicht für ihn aufbewahrt.`,
      'Den Empfänger in Ordnung bringen, den Webhook wieder aktivieren und das Versäumte erneut senden: Es bleibt 30 Tage in seinem Protokoll.',
    ],
  }),
  alert: ({ title, lines }, { publicUrl }) => ({
    subject: title,
    body: [...lines, `Alle Befunde mit Belegen und Verlauf: ${publicUrl}/v1/findings`],
  }),
  mention: ({ author, about, text, path }, { publicUrl }) => ({
    subject: `${author} erwähnt Sie: ${about}`,
    body: [
      `${author} erwähnt Sie in der Diskussion über ${about}:`,
      text,
      'Die ganze Diskussion:',
      [`${publicUrl}${path}`],
    ],
  }),
  'account-disabled': () => ({
    subject: 'Ihr Konto wurde deaktiviert',
    body: ['Ein Admin der Portlight-Instanz hat Ihr Konto deaktiviert und seine Sitzungen beendet.'],
  }),
  'account-deleted': ({ userId, restoreUntil }, { link }) => ({
    subject: 'Ihr Konto wurde gelöscht',
    body: [
      `Ihr Portlight-Konto wurde gelöscht. Bis zum ${formats.day(restoreUntil)} lässt es sich wiederherstellen:`,
      [link('restore', '/restore', userId)],
      'Danach wird alles über Sie endgültig gelöscht.',
    ],
  }),
  'reset-started-by-admin': (_, { publicUrl }) => ({
    subject: 'Bitte wählen Sie ein neues Passwort',
    body: [
      'Ein Admin der Portlight-Instanz bittet Sie, ein neues Passwort zu wählen. Ihre Sitzungen wurden beendet.',
      'Einen Code gibt es hier:',
      [`${publicUrl}/reset`],
    ],
  }),
  'account-exists': (_, { publicUrl }) => ({
    subject: 'Sie haben bereits ein Konto',
    body: [
      'Jemand, vermutlich Sie selbst, wollte sich mit dieser Adresse bei Portlight registrieren; dazu gibt es bereits ein Konto. Melden Sie sich an, oder fordern Sie ein neues Passwort an:',
      [`${publicUrl}/sign-in`],
      'Wenn Sie das nicht waren, können Sie diese Mail ignorieren.',
    ],
  }),
}
