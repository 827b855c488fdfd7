import { notFound, type Reading, useless } from '../facts.ts'
import type { Answer } from '../text/read-answer.ts'

/** Whether an answer is about the name that was asked, and what it then says. */
export function judgeAnswer(answer: Answer, domain: string): Reading {
  const { outcome, domain: about, referral: _, ...facts } = answer
  if (outcome === 'throttled') return useless('throttled', 'throttled')
  if (outcome === 'error') return useless('error', 'server-error')
  if (isOfSuffix(about, domain)) return useless('could-not-tell', 'no-whois-server')
  if (outcome === 'could-not-tell') return useless('could-not-tell', 'not-understood')
  // A record has to name its domain; a sentence ("no match") may leave it out.
  if (outcome === 'registered' && about === null) return useless('could-not-tell', 'names-no-domain')
  if (outcome === 'registered' ? about !== domain : isOther(about, domain))
    return useless('could-not-tell', 'other-name')
  return outcome === 'not-found' ? notFound : { outcome, reason: null, facts }
}

/** True for IANA's record of the top-level domain itself, which names no WHOIS server where we see this. */
const isOfSuffix = (about: string | null, domain: string) =>
  about !== null && !about.includes('.') && domain.endsWith(`.${about}`)

/** True where a sentence names another domain than the one that was asked; names of the service itself stand in sentences too. */
const isOther = (about: string | null, domain: string) =>
  about !== null &&
  about !== domain &&
  about.includes('.') &&
  /\.[^.]*$/.exec(about)?.[0] === /\.[^.]*$/.exec(domain)?.[0] &&
  !/^(?:www|whois)\./.test(about)
