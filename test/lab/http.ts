import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { mint } from './certificates.ts'
import {
  answerClean,
  answerPlanted,
  hostile,
  type LabAnswer,
  type LabRequest,
  type LabSocket,
  response,
} from './http-answers.ts'

export interface HttpLab {
  readonly address: string
  readonly httpPort: number
  readonly httpsPort: number
  /** Every request that came, in order: `GET https://clean.test:1234/`. */
  readonly requests: readonly string[]
  /** Heads of the requests, beside them. */
  readonly heads: readonly string[]
  close(): Promise<void>
}

export interface HttpLabOptions {
  readonly address?: string
  readonly httpPort?: number
  readonly httpsPort?: number
  /** PEM; without it one is minted for every name under `.test`. */
  readonly certificate?: { readonly cert: string; readonly key: string }
}

/**
 * A web server on loopback that says every byte itself. The first label of the host asked for chooses how it behaves:
 * `planted` has exactly `plantedFindings`, the names of `hostile` do harm, and every other name is clean.
 */
export async function startHttpLab(options: HttpLabOptions = {}): Promise<HttpLab> {
  const { address = '127.0.0.1' } = options
  const requests: string[] = []
  const heads: string[] = []
  const sockets = new Set<Socket>()
  let ports = { http: 0, https: 0 }

  const serve = (socket: Socket, scheme: 'http' | 'https') => {
    sockets.add(socket.on('close', () => sockets.delete(socket)))
    socket.on('error', () => {})
    let head = ''
    const read = (bytes: Buffer) => {
      head += bytes.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      socket.off('data', read)
      const request = requestOf(head, scheme, ports)
      requests.push(`GET ${scheme}://${request.authority}${request.path}`)
      heads.push(head)
      say(labSocket(socket), answerTo(request))
      socket.resume()
    }
    socket.on('data', read)
  }

  const plain = createServer((socket) => serve(socket, 'http'))
  const secure = createTlsServer(
    { ...(options.certificate ?? mintedCertificate()), ALPNProtocols: ['http/1.1'] },
    (socket) => serve(socket, 'https'),
  )
  secure.on('tlsClientError', () => {})
  secure.on('connection', (socket: Socket) => sockets.add(socket.on('close', () => sockets.delete(socket))))
  await once(plain.listen(options.httpPort ?? 0, address), 'listening')
  await once(secure.listen(options.httpsPort ?? 0, address), 'listening')
  ports = { http: (plain.address() as AddressInfo).port, https: (secure.address() as AddressInfo).port }

  return {
    address,
    httpPort: ports.http,
    httpsPort: ports.https,
    requests,
    heads,
    async close() {
      const closed = [plain, secure].map((server) => once(server.close(), 'close'))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

function mintedCertificate() {
  const { pem, keyPem } = mint({ subject: 'lab', names: ['*.test', '127.0.0.1'] })
  return { cert: pem, key: keyPem }
}

function requestOf(head: string, scheme: 'http' | 'https', ports: { http: number; https: number }): LabRequest {
  const path = /^GET (\S+)/.exec(head)?.[1] ?? ''
  const authority = /^host: *(.*)$/im.exec(head)?.[1]?.trim() ?? ''
  const name = authority.replace(/:\d+$/, '')
  const origin = (scheme: string, port: number, usual: number) =>
    `${scheme}://${name}${port === usual ? '' : `:${port}`}`
  return {
    scheme,
    authority,
    label: name.split('.')[0] ?? '',
    path,
    head,
    secureOrigin: origin('https', ports.https, 443),
    plainOrigin: origin('http', ports.http, 80),
  }
}

function answerTo(request: LabRequest): LabAnswer {
  if (!request.path.startsWith('/')) return response('400 Bad Request', [])
  if (request.label === 'planted') return answerPlanted()
  const harm = hostile[request.label]
  return harm && request.scheme === 'https' ? harm(request) : answerClean(request)
}

function say(socket: LabSocket, answer: LabAnswer): void {
  if (typeof answer === 'function') answer(socket)
  else socket.end(answer)
}

const bytesOf = (bytes: string | Buffer) => (typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)

function labSocket(socket: Socket): LabSocket {
  return {
    get isOpen() {
      return !socket.destroyed
    },
    say: (bytes) => void socket.write(bytesOf(bytes)),
    end: (bytes = '') => void socket.end(bytesOf(bytes)),
    flood: (bytes) => {
      const octets = bytesOf(bytes)
      const go = () => {
        while (!socket.destroyed && socket.write(octets));
      }
      socket.on('drain', go)
      go()
    },
  }
}
