import { inBoth } from './language.ts'

export const stepUpWords = inBoth({
  en: {
    title: 'Show that it is you',
    why: 'This act needs a factor shown again. It then holds for ten minutes.',
    usePasskey: 'Use a passkey',
    by: 'Show',
    kinds: {
      'mailed-code': 'The code from the mail',
      totp: 'The code from the authenticator app',
      'recovery-code': 'A recovery code',
    },
    hints: {
      'mailed-code': 'Six digits, mailed to your address just now, good for ten minutes.',
      totp: 'Six digits.',
      'recovery-code': 'One of those that you kept; each works once.',
    },
    password: 'Your password',
    goOn: 'Go on',
    declined: 'The browser showed no passkey. Try again, or use a code.',
    wrong: 'That was not right. Check what you typed, or ask for a new code by closing this and trying again.',
    noMail:
      'Your account has no second factor, and this instance sends no mail that could carry a code. Whoever runs it has to set up mail first.',
  },
  de: {
    title: 'Zeigen, dass Sie es sind',
    why: 'Dafür muss ein Faktor noch einmal gezeigt werden. Danach gilt das zehn Minuten lang.',
    usePasskey: 'Passkey verwenden',
    by: 'Zeigen',
    kinds: {
      'mailed-code': 'Der Code aus der E-Mail',
      totp: 'Der Code aus der Authenticator-App',
      'recovery-code': 'Ein Wiederherstellungscode',
    },
    hints: {
      'mailed-code': 'Sechs Ziffern, gerade an Ihre Adresse geschickt, zehn Minuten gültig.',
      totp: 'Sechs Ziffern.',
      'recovery-code': 'Einer der aufbewahrten; jeder gilt einmal.',
    },
    password: 'Ihr Passwort',
    goOn: 'Weiter',
    declined: 'Der Browser hat keinen Passkey gezeigt. Noch einmal versuchen oder einen Code verwenden.',
    wrong:
      'Das stimmt nicht. Bitte die Eingabe prüfen; einen neuen Code gibt es, wenn Sie schließen und es noch einmal versuchen.',
    noMail:
      'Ihr Konto hat keinen zweiten Faktor, und diese Instanz verschickt keine E-Mail, die einen Code bringen könnte. Dafür muss zuerst der Mailversand eingerichtet werden.',
  },
})
