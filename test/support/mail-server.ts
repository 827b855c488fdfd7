import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Letter {
  readonly from: string
  readonly recipients: readonly string[]
  /** Head and body as they came. */
  readonly raw: string
}

export interface MailServer {
  readonly url: string
  readonly port: number
  readonly letters: Letter[]
  /** The next letter to this address that nobody has taken yet. */
  letterTo(address: string): Promise<Letter>
  close(): Promise<void>
}

/** How a server fails; each code is said as the answer to that command. */
export interface Faults {
  readonly recipient?: number
  readonly data?: number
  /** Takes the letter, and never says so. */
  readonly hangsAfterData?: boolean
}

/** A real SMTP server on loopback, with the faults that `faults` says at that moment. */
export async function startMailServer(faults: () => Faults = () => ({}), port = 0): Promise<MailServer> {
  const letters: Letter[] = []
  const taken = new Set<Letter>()
  const waiting = new Set<() => void>()
  const refusal = (code: number) => Object.assign(new Error('no'), { responseCode: code })
  const options: SMTPServerOptions = {
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo(_address, _session, callback) {
      const { recipient } = faults()
      callback(recipient === undefined ? null : refusal(recipient))
    },
    onData(stream, session, callback) {
      let raw = ''
      stream.setEncoding('utf8').on('data', (text: string) => (raw += text))
      stream.on('end', () => {
        const { data, hangsAfterData } = faults()
        if (hangsAfterData === true) return
        if (data !== undefined) {
          callback(refusal(data))
          return
        }
        const { mailFrom, rcptTo } = session.envelope
        letters.push({
          from: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map(({ address }) => address),
          raw,
        })
        for (const wake of waiting) wake()
        callback()
      })
    },
  }
  const server = new SMTPServer(options)
  server.on('error', () => {})
  const listener = server.listen(port, '127.0.0.1')
  await once(listener, 'listening')
  const bound = (listener.address() as AddressInfo).port
  return {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    letters,
    async letterTo(address) {
      for (;;) {
        const found = letters.find((letter) => !taken.has(letter) && letter.recipients.includes(address))
        if (found) {
          taken.add(found)
          return found
        }
        await new Promise<void>((wake) => waiting.add(wake))
      }
    },
    close: () => new Promise((closed) => server.close(closed)),
  }
}

/** The six digits that stand alone on a line. */
export const codeIn = ({ raw }: Letter): string => /^\s*(\d{6})\s*$/m.exec(raw)![1]!

/** Without the lines that the transfer encoding broke (RFC 2045 §6.7). */
export const textIn = ({ raw }: Letter): string => raw.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=')

/** The first link that names something. */
export const linkIn = (letter: Letter): string => /https?:\/\/\S+\?\S+/.exec(textIn(letter))![0]
