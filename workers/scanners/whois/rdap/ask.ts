import { setTimeout as sleep } from 'node:timers/promises'
import type { FetchOutcome } from '#workers/network/door.ts'
import { notFound, type Reading, useless } from '../facts.ts'
import { gapReason, type Session, wasNotAsked } from '../session.ts'
import { maxAttempts, maxWaitMillis } from '../limits.ts'
import { inTurn } from '../turns.ts'
import { readDomain } from './read-domain.ts'
import { readJson } from './read-json.ts'

const maxBytes = 256 * 1024
const maxRedirects = 3

type Answered = Extract<FetchOutcome, { readonly status: 'answered' }>

/** Asks an RDAP service about a domain (RFC 9082 §3.1.3). It is asked again only when it told us when, and that is soon. */
export function askRdap(base: string, domain: string, session: Session): Promise<Reading> {
  const url = new URL(`domain/${domain}`, base)
  return inTurn(url.host, session.signal, async () => {
    let patienceMillis = maxWaitMillis
    for (let attempt = 1; ; attempt++) {
      const outcome = await session.network.fetch(url.href, {
        timeoutMillis: session.timeoutMillis,
        maxBytes,
        maxRedirects,
        httpsOnly: true,
        headers: { accept: 'application/rdap+json, application/json;q=0.9' },
      })
      const reading = noted(readOutcome(outcome, domain, session), outcome, base, session)
      const wait = attempt < maxAttempts ? millisToWait(outcome) : null
      if (wait === null || wait > patienceMillis) return reading
      patienceMillis -= wait
      await sleep(wait, undefined, { signal: session.signal }).catch(() => {}) // The door answers at once then.
    }
  })
}

function noted(reading: Reading, outcome: FetchOutcome, base: string, { ledger }: Session): Reading {
  const { outcome: answer, reason } = reading
  const isLeftOut = outcome.status === 'not-allowed' || (outcome.status === 'failed' && wasNotAsked(outcome.reason))
  if (isLeftOut) ledger.leaveOut(`RDAP at ${base}`, reason ?? 'not-asked')
  else ledger.note({ protocol: 'rdap', server: base, answer, reason })
  return reading
}

function readOutcome(outcome: FetchOutcome, domain: string, session: Session): Reading {
  if (outcome.status === 'not-allowed') return useless('error', outcome.rule)
  if (outcome.status === 'failed') return useless('error', gapReason(outcome.reason))
  if (outcome.statusCode === 200) return readAnswer(outcome, domain, session)
  if (outcome.statusCode === 429) return useless('throttled', 'throttled')
  if (outcome.statusCode === 404) return isRdap(outcome) ? notFound : useless('error', 'not-rdap')
  return useless('error', `http-${outcome.statusCode}`)
}

/** A 404 is an answer only if an RDAP service gives it (RFC 7480 §5.3): a web server that has lost its pages says 404 too. */
const isRdap = ({ headers, body }: Answered): boolean =>
  body.length === 0 || /^application\/(?:rdap\+)?json\b/i.test(headers['content-type'] ?? '')

function readAnswer({ body }: Answered, domain: string, { ledger }: Session): Reading {
  const object = readJson(body)
  if (object === null || 'errorCode' in object) return useless('error', 'malformed')
  const { domain: about, hasRelated, ...facts } = readDomain(object)
  if (about !== domain) return useless('could-not-tell', 'other-name')
  if (hasRelated) ledger.leaveOut("the registrar's own RDAP", 'not-supported')
  return { outcome: 'registered', reason: null, facts }
}

/** What Retry-After says, in seconds or as a date (RFC 9110 §10.2.3), of an answer that may be asked for again; null otherwise. */
function millisToWait(outcome: FetchOutcome): number | null {
  if (outcome.status !== 'answered' || (outcome.statusCode !== 429 && outcome.statusCode !== 503)) return null
  const told = outcome.headers['retry-after']?.trim() ?? ''
  if (/^\d{1,6}$/.test(told)) return Number(told) * 1000
  const date = Date.parse(told)
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now())
}
