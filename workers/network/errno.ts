import type { NotAsked } from './door.ts'

type Refused = { readonly status: 'refused' }
type Silent = { readonly status: 'silent' }
type Unreachable = { readonly status: 'unreachable'; readonly errno: string }

/**
 * What the system's error says about the place that was asked. Whatever is not listed is our own machine's trouble, for
 * which nobody was asked: EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, ENETUNREACH, ENETDOWN, EACCES, EPERM …
 */
const meanings: Readonly<Record<string, 'refused' | 'silent' | 'unreachable'>> = {
  // A reset in answer to our SYN, for UDP the ICMP message that nobody listens.
  ECONNREFUSED: 'refused',
  // The system gave up waiting before we did.
  ETIMEDOUT: 'silent',
  // A router, or the missing neighbour, said that the host cannot be had (RFC 1122 §3.2.2.1).
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  // The host does not speak the protocol at all.
  ENOPROTOOPT: 'unreachable',
  EPROTONOSUPPORT: 'unreachable',
}

export function meaningOf(error: Error): Refused | Silent | Unreachable | NotAsked {
  const errno = errnoOf(error)
  const status = meanings[errno]
  if (status === undefined) return { status: 'not-asked', errno }
  return status === 'unreachable' ? { status, errno } : { status }
}

/** Set after the handshake only: the port was open, and the other side cut the connection before our first look at it. */
export const isCutAfterHandshake = (error: Error) => ['ECONNRESET', 'EPIPE'].includes(errnoOf(error))

export const errnoOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? 'UNKNOWN'

/** The answer of everything that was under way, or is begun, when the run is over. */
export const cancelled = { status: 'not-asked', errno: 'ECANCELED' } as const
