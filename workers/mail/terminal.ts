import type { MailTransport } from './transport.ts'

/** In place of a server, on the machine of whoever develops: every letter is shown, and none sent. */
export function terminalTransport(print: (text: string) => void): MailTransport {
  return {
    send: async ({ recipient, subject, text }) => {
      print(`\nMail to ${recipient}\n${subject}\n\n${text}`)
      return { status: 'sent' }
    },
    close: () => {},
  }
}

/** Where there is neither a server nor anybody to show letters to. */
export const noTransport: MailTransport = {
  send: async () => ({ status: 'refused', reason: 'no-mail-set-up' }),
  close: () => {},
}
