import type { ConnectionErrorReason, ConnectOutcome, TlsOutcome } from '#workers/network/door.ts'
import type { HeadFailure } from './message/response.ts'
import type { FailureFact } from './schema.ts'

/** Why no connection came about. */
export function connectFailure(outcome: Exclude<ConnectOutcome, { status: 'connected' }>): FailureFact {
  const { status } = outcome
  if (status === 'refused') return { outcome: 'refused', detail: 'connection-reset' }
  if (status === 'silent') return { outcome: 'timeout', detail: 'no-connection' }
  return { outcome: status, detail: status === 'not-allowed' ? outcome.rule : outcome.errno }
}

/** Our own library could not; the other side may be sound. */
export const oursPrefix = 'ours-'

/** Why TLS was not established. */
export function handshakeFailure(outcome: Exclude<TlsOutcome, { status: 'established' }>): FailureFact {
  const { status } = outcome
  if (status === 'silent') return { outcome: 'timeout', detail: 'no-handshake' }
  if (status === 'not-asked') return { outcome: 'not-asked', detail: outcome.errno }
  if (status === 'alert') return { outcome: 'tls-failed', detail: `alert-${outcome.alert}` }
  return { outcome: 'tls-failed', detail: status === 'failed' ? `${oursPrefix}${outcome.code}` : status }
}

/** What it means that a connection ended before a whole head had come. */
export const cutShort: Readonly<Record<ConnectionErrorReason, FailureFact>> = {
  'timed-out': { outcome: 'timeout', detail: 'no-whole-head' },
  reset: { outcome: 'closed', detail: 'connection-reset' },
  limit: { outcome: 'too-large', detail: 'head-too-large' },
  closed: { outcome: 'not-asked', detail: 'ECANCELED' },
}

/** Why what came is no response; `beginning` are its first octets. */
export function responseFailure(failure: HeadFailure, beginning: Uint8Array): FailureFact {
  if (failure === 'closed') return { outcome: 'closed', detail: 'no-whole-head' }
  if (failure === 'not-http') return { outcome: 'malformed', detail: `begins with ${printable(beginning)}` }
  return { outcome: failure === 'protocol-switched' ? 'malformed' : 'too-large', detail: failure }
}

/** As a JSON string, which no terminal obeys. */
const printable = (octets: Uint8Array) => JSON.stringify(Buffer.from(octets.subarray(0, 40)).toString('latin1'))
