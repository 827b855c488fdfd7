import { createSocket } from 'node:dgram'
import { familyOf } from '#db/model/address.ts'
import type { ExchangeOptions, ExchangeOutcome } from './door.ts'
import { cancelled, meaningOf } from './errno.ts'
import { afterSilence, type Lifetime } from './lifetime.ts'

/** One datagram and the reply to it, unguarded: only the door calls this. Connected, so that the kernel passes on that host's answers and ICMP errors only. */
export function exchangeDatagram(
  address: string,
  port: number,
  datagram: Uint8Array,
  { timeoutMillis, accept }: ExchangeOptions,
  lifetime: Lifetime,
): Promise<ExchangeOutcome> {
  if (lifetime.isOver) return Promise.resolve(cancelled)
  return new Promise((resolve) => {
    const family = familyOf(address) ?? 4
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      lookup: (host, _options, found) => found(null, host, family),
    })
    let settled = false
    const settle = (outcome: ExchangeOutcome) => {
      settled = true
      stopWaiting()
      forget()
      socket.close()
      resolve(outcome)
    }
    const fail = (error: Error) => settle(meaningOf(error))
    socket.on('error', fail)
    socket.on('message', (reply) => {
      if (!settled && accept(reply)) {
        settle({ status: 'answered', reply, roundTripMillis: performance.now() - startedAt })
      }
    })
    const stopWaiting = afterSilence(timeoutMillis, () => settle({ status: 'silent' }))
    const forget = lifetime.add(() => settle(cancelled))
    const startedAt = performance.now()
    socket.once('connect', () => {
      if (!settled) socket.send(datagram, (error) => error && fail(error))
    })
    socket.connect(port, address)
  })
}
