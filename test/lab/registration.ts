import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, type Server } from 'node:net'
import { rdapServer } from './registration-rdap.ts'
import { clean, planted, type Registration } from './registration-records.ts'
import { answerWhois, iana, registrar, registry } from './registration-whois.ts'

export interface RegistrationLab {
  /** RDAP_BOOTSTRAP: names under `.test` are served by RDAP, all others by WHOIS only. */
  readonly bootstrapUrl: string
  /** WHOIS_SERVER: plays IANA and refers to the lab's registry, at the same port of another loopback address. */
  readonly whoisServer: { readonly host: string; readonly port: number }
  /** Every question that came, in order: `rdap /domain/x.test`, `whois 127.0.0.2 x.example`. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export interface RegistrationLabOptions {
  /** What is registered beside the behaviours that a first label chooses; names not listed are `clean`, `planted.*` is planted. */
  readonly domains?: Readonly<Record<string, Registration>>
}

/** An IANA, a registry and a registrar on loopback, with known truths and known faults (registration-rdap.ts, registration-whois.ts). */
export async function startRegistrationLab({ domains = {} }: RegistrationLabOptions = {}): Promise<RegistrationLab> {
  const registrationOf = (domain: string) => domains[domain] ?? (domain.startsWith('planted.') ? planted : clean)
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const rdap = rdapServer(registrationOf, asked)
  const bootstrapPort = await listen(rdap, iana, 0)
  const { port, servers } = await listenOnOnePort([iana, registry, registrar], (part) =>
    createServer((socket) => answerWhois(socket, part, registrationOf, asked)),
  )
  const all = [rdap, ...servers]
  for (const server of all) {
    server.on('connection', (socket: Socket) => void sockets.add(socket.on('close', () => sockets.delete(socket))))
  }
  return {
    bootstrapUrl: `http://${iana}:${bootstrapPort}/dns.json`,
    whoisServer: { host: iana, port },
    asked,
    async close() {
      const closed = all.map((server) => once(server.close(), 'close'))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await once(server.listen(port, host), 'listening')
  return (server.address() as AddressInfo).port
}

/** A port that was free at the first address may be taken at the next: then another is tried. */
async function listenOnOnePort(hosts: readonly string[], serverOf: (host: string) => Server) {
  for (let tries = 0; tries < 20; tries++) {
    const servers = hosts.map(serverOf)
    let port = 0
    try {
      for (const [index, server] of servers.entries()) port = await listen(server, hosts[index] ?? iana, port)
      return { port, servers }
    } catch (error) {
      for (const server of servers) server.close()
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  throw new Error('no port was free at all of the lab addresses')
}
