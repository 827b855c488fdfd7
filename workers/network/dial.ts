import { Socket } from 'node:net'
import { canonicalAddress } from '#db/model/address.ts'
import type { ConnectOutcome } from './door.ts'
import { cancelled, isCutAfterHandshake, meaningOf } from './errno.ts'
import { afterSilence, type Lifetime } from './lifetime.ts'

export type DialOutcome =
  /** The socket is destroyed already where the other side was that quick. */
  | { readonly status: 'connected'; readonly socket: Socket; readonly roundTripMillis: number }
  | Exclude<ConnectOutcome, { readonly status: 'connected' }>

/** One TCP connection attempt, unguarded: only the door calls this. `closed` is called once the socket is gone, whatever came of it. */
export function dial(
  address: string,
  port: number,
  timeoutMillis: number,
  lifetime: Lifetime,
  closed: () => void,
): Promise<DialOutcome> {
  if (lifetime.isOver) {
    closed()
    return Promise.resolve(cancelled)
  }
  return new Promise((resolve) => {
    const socket = new Socket()
    let settled = false
    const settle = (outcome: DialOutcome) => {
      if (settled) return
      settled = true
      stopWaiting()
      forget()
      if (outcome.status !== 'connected') socket.destroy()
      resolve(outcome)
    }
    // Nothing is read off the wire before somebody asks for it.
    socket.pause()
    socket.once('close', closed)
    // Stays for the socket's life: whoever holds it learns of an error by its close.
    socket.on('error', (error) => settle(outcomeOf(error, socket, startedAt)))
    socket.once('connect', () => settle(answered(isItself(socket) ? null : socket, startedAt)))
    const stopWaiting = afterSilence(timeoutMillis, () => settle({ status: 'silent' }))
    const forget = lifetime.add(() => settle(cancelled))
    const startedAt = performance.now()
    socket.connect({ host: address, port, autoSelectFamily: false })
  })
}

/** Null where nobody listens. */
function answered(socket: Socket | null, startedAt: number): DialOutcome {
  const roundTripMillis = performance.now() - startedAt
  return socket === null ? { status: 'refused', roundTripMillis } : { status: 'connected', socket, roundTripMillis }
}

function outcomeOf(error: Error, socket: Socket, startedAt: number): DialOutcome {
  if (isCutAfterHandshake(error)) return answered(socket, startedAt)
  const meaning = meaningOf(error)
  return meaning.status === 'refused' ? answered(null, startedAt) : meaning
}

/** Dialling a closed port of this machine may meet itself (simultaneous open, RFC 9293 §3.5): nobody listens there. */
function isItself({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean {
  return localPort === remotePort && canonicalAddress(localAddress ?? '') === canonicalAddress(remoteAddress ?? '')
}
