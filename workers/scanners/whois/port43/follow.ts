import { isUsable, type Reading, useless } from '../facts.ts'
import { mergeFacts } from '../merge-facts.ts'
import type { Session } from '../session.ts'
import { readAnswer } from '../text/read-answer.ts'
import { askWhois, type WhoisServer } from './ask.ts'
import { maxReferrals } from '../limits.ts'
import { judgeAnswer } from './judge-answer.ts'
import { readReferral, type Referral } from './read-referral.ts'

const iana: WhoisServer = { host: 'whois.iana.org', port: 43 }

/** Asks by WHOIS: the operator's server or IANA's first, then where it sends us, and on to the registrar where the registry is thin. */
export async function askByWhois(domain: string, session: Session): Promise<Reading> {
  const readings: Reading[] = []
  const asked = new Set<string>()
  let server: WhoisServer | null = session.network.operator.whoisServer ?? iana
  while (server !== null) {
    asked.add(server.host)
    const { reading, referral } = await askOne(server, domain, session)
    readings.push(reading)
    const next = isComplete(reading) ? null : nextOf(referral, asked, isUsable(reading))
    if (next !== null && 'refused' in next) {
      session.ledger.leaveOut(`WHOIS at ${next.said}`, next.refused)
      if (!isUsable(reading)) readings.push(useless('error', next.refused))
    }
    server = next === null || 'refused' in next ? null : next
  }
  return combine(readings)
}

async function askOne(server: WhoisServer, domain: string, { ledger, ...session }: Session) {
  const name = server.port === 43 ? server.host : `${server.host}:${server.port}`
  const reply = await askWhois(server, domain, { ledger, ...session })
  if (reply.text === null) {
    const reading = useless('error', reply.reason)
    if (reply.isAsked) ledger.note({ protocol: 'whois', server: name, answer: 'error', reason: reply.reason })
    else ledger.leaveOut(`WHOIS at ${name}`, reply.reason)
    return { reading, referral: null }
  }
  const answer = readAnswer(reply.text, domain)
  const reading = judgeAnswer(answer, domain)
  const referral = answer.referral === null ? null : readReferral(answer.referral, server.port)
  if (referral !== null && !isUsable(reading))
    ledger.note({ protocol: 'whois', server: name, answer: 'referral', reason: null })
  else ledger.note({ protocol: 'whois', server: name, answer: reading.outcome, reason: reading.reason })
  return { reading, referral }
}

/** Where to go on, if anywhere. A server that names itself, or one already asked, has told all that it can. */
function nextOf(referral: Referral | null, asked: ReadonlySet<string>, isUsable: boolean): Referral | null {
  if (referral === null || 'refused' in referral) return referral
  if (asked.has(referral.host)) return isUsable ? null : { refused: 'referral-loop', said: referral.host }
  return asked.size <= maxReferrals ? referral : { refused: 'too-many-referrals', said: referral.host }
}

/** True where a registrar could add nothing that we ask for. */
function isComplete({ outcome, facts }: Reading): boolean {
  if (outcome === 'not-found' || outcome === 'reserved' || outcome === 'invalid' || outcome === 'throttled') return true
  return [facts.expiresAt, facts.statuses, facts.nameServers].every((fact) => 'value' in fact)
}

/** What all answers come to: the registry's, completed by the registrar's; failing both, why there is none. */
function combine(readings: readonly Reading[]): Reading {
  const [registry, registrar] = readings.filter(isUsable)
  if (registry === undefined)
    return readings.find(({ outcome }) => outcome === 'throttled') ?? readings.at(-1) ?? useless('error', 'not-asked')
  // Whatever else the registrar says of a name that its registry knows, it is registered.
  const last = registrar?.outcome === 'registered' ? registrar : readings.at(-1)
  return last === undefined || last === registry
    ? registry
    : { ...registry, facts: mergeFacts(registry.facts, last.facts) }
}
