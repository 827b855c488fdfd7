import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { connect, type SecureContext } from 'node:tls'
import { familyOf } from '#db/model/address.ts'
import type { DialOutcome } from './dial.ts'
import { type FetchOptions, type FetchOutcome, NotAllowed, type Resolution } from './door.ts'
import { errnoOf } from './errno.ts'
import { afterSilence, type Lifetime } from './lifetime.ts'

/** What a fetch needs of the door. */
export interface FetchDoor {
  readonly lifetime: Lifetime
  /** The roots that certificates are checked against. */
  readonly trusted: () => SecureContext
  /** Checked. @throws NotAllowed */
  resolve(place: WebPlace): Promise<Resolution>
  /** Guarded. */
  dial(address: string, port: number, timeoutMillis: number): Promise<DialOutcome>
  isOpened(address: string): boolean
  isOperators(place: WebPlace): boolean
}

/** Where a URL leads: the host without brackets. */
export interface WebPlace {
  readonly host: string
  readonly port: number
}

export function placeOf(url: URL): WebPlace {
  const usual = url.protocol === 'https:' ? 443 : 80
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? usual : Number(url.port) }
}

type Failure = Exclude<FetchOutcome, { readonly status: 'answered' }>

const failed = (reason: string): Failure => ({ status: 'failed', reason })
const notAllowed = (rule: string): Failure => ({ status: 'not-allowed', rule })

/** Where strangers' URLs may lead: a redirect shall not make us talk to a mail server. */
const webPorts = new Set([80, 443, 8080, 8443])

/** A request over sockets that the door dialled. Every hop is resolved, checked and dialled as checked. Never throws for what the world does. */
export async function guardedFetch(text: string, options: FetchOptions, door: FetchDoor): Promise<FetchOutcome> {
  const deadline = performance.now() + options.timeoutMillis
  let next: string | undefined = text
  for (let hops = 0; hops <= options.maxRedirects; hops += 1) {
    if (!URL.canParse(next)) return failed('protocol-error')
    const outcome = await fetchOnce(new URL(next), options, deadline, door)
    const location = locationOf(outcome)
    if (location === null) return outcome
    next = URL.canParse(location, next) ? new URL(location, next).href : ''
  }
  return failed('too-many-redirects')
}

function locationOf(outcome: FetchOutcome): string | null {
  const isRedirect = outcome.status === 'answered' && [301, 302, 303, 307, 308].includes(outcome.statusCode)
  return isRedirect ? (outcome.headers['location'] ?? null) : null
}

async function fetchOnce(url: URL, options: FetchOptions, deadline: number, door: FetchDoor): Promise<FetchOutcome> {
  const isPlain = url.protocol === 'http:'
  if (!isPlain && url.protocol !== 'https:') return notAllowed('scheme')
  if (url.username !== '' || url.password !== '') return notAllowed('user-information')

  const place = placeOf(url)
  const addresses = await addressesOf(place, deadline, door)
  if (!Array.isArray(addresses)) return addresses
  const isAtHome = door.isOperators(place) || addresses.every((address) => door.isOpened(address))
  if (isPlain && options.httpsOnly && !isAtHome) return notAllowed('plain-http')
  if (!webPorts.has(place.port) && !isAtHome) return notAllowed('unusual-port')

  let last = failed('unreachable')
  for (const address of addresses) {
    const dialled = await door.dial(address, place.port, timeLeft(deadline))
    if (dialled.status === 'connected') return ask(dialled.socket, url, options, deadline, door)
    if (dialled.status === 'not-allowed') return dialled
    last = failed(dialled.status === 'not-asked' ? dialled.errno : dialled.status)
  }
  return last
}

const timeLeft = (deadline: number) => Math.max(1, deadline - performance.now())

async function addressesOf(place: WebPlace, deadline: number, door: FetchDoor): Promise<string[] | Failure> {
  try {
    const resolution = await inTime(door.resolve(place), timeLeft(deadline))
    if (resolution === null) return failed('resolver-failed')
    if (resolution.addresses.length > 0) return [...resolution.addresses]
    const { A, AAAA } = resolution.answers ?? { A: 'SERVFAIL', AAAA: 'SERVFAIL' }
    const isSure = [A, AAAA].every((answer) => answer === 'NXDOMAIN' || answer === 'NODATA')
    return failed(isSure ? 'name-not-found' : 'resolver-failed')
  } catch (error) {
    if (error instanceof NotAllowed) return notAllowed(error.rule)
    throw error
  }
}

/** Null when time is over first. */
async function inTime<Value>(value: Promise<Value>, millis: number): Promise<Value | null> {
  let stopWaiting = () => {}
  const late = new Promise<null>((resolve) => {
    stopWaiting = afterSilence(millis, () => resolve(null))
  })
  return Promise.race([value, late]).finally(() => stopWaiting())
}

/** One request on one connection, which ends with it. */
function ask(tcp: Socket, url: URL, options: FetchOptions, deadline: number, door: FetchDoor): Promise<FetchOutcome> {
  if (door.lifetime.isOver) {
    tcp.destroy()
    return Promise.resolve(failed('ECANCELED'))
  }
  return new Promise((resolve) => {
    const settle = (outcome: FetchOutcome) => {
      stopWaiting()
      forget()
      tcp.destroy()
      resolve(outcome)
    }
    const stopWaiting = afterSilence(timeLeft(deadline), () => settle(failed('silent')))
    const forget = door.lifetime.add(() => settle(failed('ECANCELED')))
    const fail = (error: Error) => settle(failed(reasonOf(error)))
    const send = (socket: Socket) => {
      // Without an agent, which would dial for itself; so it does with `agent: false`.
      const sending = request({ ...requestOptions(url, options), createConnection: () => socket })
      sending.on('error', fail)
      sending.on('socket', () => socket.resume())
      sending.on('response', (response) => void receive(response, url, options.maxBytes).then(settle, fail))
      sending.end(options.body)
    }
    if (url.protocol === 'http:') return send(tcp)
    const { host } = placeOf(url)
    const servername = familyOf(host) === null ? { servername: host } : {}
    const tls = connect({ socket: tcp, host, ...servername, secureContext: door.trusted(), rejectUnauthorized: false })
    tls.on('error', fail)
    tls.once('close', () => settle(failed('protocol-error')))
    // Judged here, before anything is asked, so that a bad certificate needs no guessing from an error's code.
    tls.once('secureConnect', () => (tls.authorized ? send(tls) : settle(failed('bad-certificate'))))
  })
}

const requestOptions = (url: URL, options: FetchOptions) => ({
  method: options.method ?? 'GET',
  path: `${url.pathname}${url.search}`,
  headers: { ...options.headers, host: url.host, 'accept-encoding': 'identity', connection: 'close' },
})

async function receive(response: IncomingMessage, url: URL, maxBytes: number): Promise<FetchOutcome> {
  // None was asked for, and unpacking is how a small answer becomes a large one.
  const encoding = response.headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') return failed('protocol-error')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) return failed('too-large')
    chunks.push(chunk)
  }
  return {
    status: 'answered',
    url: url.href,
    statusCode: response.statusCode ?? 0,
    headers: joined(response.headersDistinct),
    body: Buffer.concat(chunks),
  }
}

const joined = (headers: NodeJS.Dict<string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values?.join(', ') ?? '']))

/** A reset, an alert and garbled HTTP are the other side's doing; what is left are errors of our own machine. */
function reasonOf(error: Error): string {
  const code = errnoOf(error)
  return /^(ECONN|EPIPE|HPE_|ERR_)/.test(code) || code === 'UNKNOWN' ? 'protocol-error' : code
}
