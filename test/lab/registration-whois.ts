import type { Socket } from 'node:net'
import { clean, type Registration, whoisRecord } from './registration-records.ts'

/** The lab's WHOIS servers, all on one port, since a referral names none. */
export const iana = '127.0.0.1'
export const registry = '127.0.0.2'
export const registrar = '127.0.0.3'

/** A text to say and close, or something else to do with the connection. */
type Behaviour = string | ((socket: Socket, domain: string) => void)

const pour = (socket: Socket) => {
  const more = () => {
    while (!socket.destroyed && socket.write('x'.repeat(8192)));
  }
  socket.on('drain', more)
  more()
}

/** How the registry treats a name, chosen by the name's first label; every other label gets the honest answer. */
const behaviours: Readonly<Record<string, Behaviour>> = {
  missing: (socket, domain) => socket.end(`No match for "${domain.toUpperCase()}".\r\n`),
  'missing-other': 'No match for "SOMEBODY-ELSE.EXAMPLE".\r\n',
  reserved: 'This name is reserved by the registry.\r\n',
  reduced: (socket, domain) => socket.end(`Domain Name: ${domain}\r\nName Server: ns1.lab.test\r\nStatus: ok\r\n`),
  throttled: 'WHOIS LIMIT EXCEEDED - SEE WWW.REGISTRY.EXAMPLE/WHOIS FOR DETAILS\r\n',
  busy: 'Server too busy, try again later\r\n',
  gibberish: 'Lorem ipsum dolor sit amet.\r\n',
  thin: `Domain Name: THIN.EXAMPLE\r\nRegistrar WHOIS Server: ${registrar}\r\nRegistrar: Somebody\r\nCreation Date: 2001-01-01T00:00:00Z\r\n`,
  'thin-missing': `Domain Name: THIN-MISSING.EXAMPLE\r\nRegistrar WHOIS Server: ${registrar}\r\nCreation Date: 2001-01-01T00:00:00Z\r\n`,
  looping: `refer: ${iana}\r\n`,
  lured: 'Registrar WHOIS Server: 10.0.0.5\r\n',
  'other-port': `refer: ${registrar}:6379\r\n`,
  'other-scheme': `ReferralServer: rwhois://${registrar}\r\n`,
  'other-name': (socket) => socket.end(whoisRecord('somebody-else.example', clean)),
  'bad-dates':
    'Domain Name: BAD-DATES.EXAMPLE\r\nCreation Date: 99999-99-99\r\nExpiry Date: 03/04/2030\r\nName Server: ns1.lab.test\r\nStatus: Active\r\n',
  latin1: (socket) =>
    socket.end(Buffer.from('Domain Name: latin1.example\r\nRegistrar: Zone Media O\xdc\r\n', 'latin1')),
  silent: () => {},
  endless: pour,
  closing: (socket) => socket.destroy(),
  'cut-off': (socket, domain) => {
    socket.write(whoisRecord(domain, clean).slice(0, 120), () => socket.resetAndDestroy())
  },
}

/** Answers one line on a connection in the part that its address plays. */
export function answerWhois(
  socket: Socket,
  part: string,
  registrationOf: (domain: string) => Registration,
  asked: string[],
): void {
  let line = ''
  socket.on('error', () => {})
  socket.setEncoding('latin1').on('data', (text) => {
    if (line.includes('\n')) return
    line += text
    if (!line.includes('\n')) return
    const domain = line.trim().split(/\s+/).at(-1)?.toLowerCase() ?? ''
    asked.push(`whois ${part} ${domain}`)
    say(socket, part, domain, registrationOf)
  })
}

function say(socket: Socket, part: string, domain: string, registrationOf: (domain: string) => Registration): void {
  const label = domain.split('.')[0] ?? ''
  if (part === iana) {
    const topLevel = domain.split('.').at(-1)?.toUpperCase()
    socket.end(
      `% IANA WHOIS server\r\n\r\nrefer:        ${registry}\r\n\r\ndomain:       ${topLevel}\r\nstatus:       ACTIVE\r\n`,
    )
    return
  }
  const behaviour =
    part === registry ? behaviours[label] : label === 'thin-missing' ? 'Domain not found.\r\n' : undefined
  if (typeof behaviour === 'string') socket.end(behaviour)
  else if (behaviour) behaviour(socket, domain)
  else socket.end(whoisRecord(domain, registrationOf(domain)))
}
