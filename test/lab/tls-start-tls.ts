import { createServer, type Server, type Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import type { StartTlsProtocol } from '#workers/scanners/tls/schema.ts'

/** What is said first, and what follows each line that comes; `go` is said before TLS begins. */
interface Script {
  readonly greeting: string
  readonly answers: readonly { readonly to: RegExp; readonly say: string }[]
  readonly go: { readonly to: RegExp; readonly say: string }
}

const scripts: Readonly<Record<Exclude<StartTlsProtocol, 'ldap' | 'postgres'>, Script>> = {
  smtp: {
    greeting: '220-mail.lab.example\r\n220 ESMTP\r\n',
    answers: [{ to: /^EHLO /, say: '250-mail.lab.example\r\n250-STARTTLS\r\n250 8BITMIME\r\n' }],
    go: { to: /^STARTTLS/, say: '220 2.0.0 go ahead\r\n' },
  },
  imap: {
    greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
    answers: [],
    go: { to: /^a STARTTLS/, say: 'a OK begin now\r\n' },
  },
  pop3: { greeting: '+OK ready\r\n', answers: [], go: { to: /^STLS/, say: '+OK begin now\r\n' } },
  ftp: { greeting: '220 ready\r\n', answers: [], go: { to: /^AUTH TLS/, say: '234 begin now\r\n' } },
  nntp: { greeting: '200 ready\r\n', answers: [], go: { to: /^STARTTLS/, say: '382 begin now\r\n' } },
  sieve: {
    greeting: '"IMPLEMENTATION" "lab"\r\n"STARTTLS"\r\nOK "ready"\r\n',
    answers: [],
    go: { to: /^STARTTLS/, say: 'OK "begin now"\r\n' },
  },
}

/** A server that speaks as much of a protocol as leads to TLS. */
export function startTlsServer(protocol: StartTlsProtocol, secureContext: SecureContext): Server {
  const begin = (socket: Socket) =>
    void new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {}).resume()
  return createServer((socket) => {
    socket.on('error', () => {})
    if (protocol === 'postgres') return answerOnce(socket, Buffer.from('S'), begin)
    if (protocol === 'ldap') return answerOnce(socket, ldapSuccess, begin)
    converse(socket, scripts[protocol], begin)
  })
}

/** The same, without TLS to offer. */
export const withoutStartTls = (): Server =>
  createServer((socket) => {
    socket.write('220 mail.lab.example\r\n')
    socket.on('data', (line) =>
      socket.write(line.toString().startsWith('EHLO') ? '250 HELP\r\n' : '502 5.5.1 no such command\r\n'),
    )
  })

const ldapSuccess = Buffer.from('300c02010178070a010004000400', 'hex')

function answerOnce(socket: Socket, answer: Buffer, begin: (socket: Socket) => void) {
  socket.once('data', () => {
    socket.write(answer)
    begin(socket)
  })
}

function converse(socket: Socket, { greeting, answers, go }: Script, begin: (socket: Socket) => void) {
  socket.write(greeting)
  const onData = (chunk: Buffer) => {
    const line = chunk.toString()
    if (!go.to.test(line)) {
      socket.write(answers.find(({ to }) => to.test(line))?.say ?? '500 what?\r\n')
      return
    }
    socket.off('data', onData)
    socket.write(go.say)
    begin(socket)
  }
  socket.on('data', onData)
}
