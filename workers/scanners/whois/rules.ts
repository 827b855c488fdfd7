import type { Observation } from '#db/model/finding.ts'
import type { Rule } from '../scanner.ts'
import type { FactName } from './facts.ts'
import type { WhoisResult } from './schema.ts'
import type { EppStatus } from './statuses.ts'

const dayMillis = 24 * 3600 * 1000
const soonDays = 30

type Answer = Pick<Observation, 'verdict' | 'reason' | 'evidence'>

/** One rule speaks of one subject, the domain; which address its name has is no matter here. */
const about =
  (answer: (result: WhoisResult, now: Date) => Answer) =>
  (result: WhoisResult, now: Date): Observation[] => [
    { subject: result.domain, address: null, ...(unregistered(result) ?? answer(result, now)) },
  ]

const cannotTell = (reason: string): Answer => ({ verdict: 'unknown', reason })

/** A name without a registration has neither dates nor locks. */
const unregistered = ({ outcome }: WhoisResult): Answer | null =>
  outcome === 'not-found' || outcome === 'reserved' || outcome === 'invalid' ? cannotTell('not-registered') : null

const whyUnknown = ({ unknown: gaps }: WhoisResult, fact: FactName) =>
  cannotTell(gaps.find(({ field }) => field === fact)?.reason ?? 'not-published')

/** The end of the registration; a day lasts until it is over everywhere (UTC-12). */
const endOf = (expiresAt: string) =>
  expiresAt.includes('T') ? Date.parse(expiresAt) : Date.parse(expiresAt) + 1.5 * dayMillis

const has = ({ statuses }: WhoisResult, ...wanted: readonly EppStatus[]) =>
  wanted.filter((status) => statuses?.includes(status))

/** Present where one of these statuses is set; unknown where the registry told no statuses of EPP's kind. */
function whereSet(result: WhoisResult, ...wanted: readonly EppStatus[]): Answer {
  if (result.statuses === null) return whyUnknown(result, 'statuses')
  if (result.statuses.length === 0) return cannotTell('no-epp-statuses')
  const set = has(result, ...wanted)
  return set.length > 0 ? { verdict: 'present', evidence: { statuses: set } } : { verdict: 'absent' }
}

/**
 * Country registries say "active" over RDAP, which RFC 8056 reads as EPP's ok, without having locks that a registrar could set;
 * the generic domains' contract with ICANN asks for EPP's statuses. Internationalised domains may be either.
 */
function tellsLocks({ source, statuses, domain }: WhoisResult): boolean {
  if (source !== 'rdap' || statuses?.some((status) => status !== 'ok' && status !== 'linked')) return true
  const topLevel = domain.slice(domain.lastIndexOf('.') + 1)
  return topLevel.length > 2 && !topLevel.startsWith('xn--')
}

function checkExpiresSoon(result: WhoisResult, now: Date): Answer {
  const { expiresAt } = result
  if (expiresAt === null) return whyUnknown(result, 'expiresAt')
  // The registry has added a year by itself and takes it back if the registrar deletes the name (RFC 3915 §3.1).
  if (has(result, 'autoRenewPeriod').length > 0) return cannotTell('auto-renew-period')
  const isSoon = endOf(expiresAt) <= now.getTime() + soonDays * dayMillis
  return { verdict: isSoon ? 'present' : 'absent', evidence: { expiresAt } }
}

function checkExpired(result: WhoisResult, now: Date): Answer {
  const { expiresAt } = result
  if (expiresAt === null) return whyUnknown(result, 'expiresAt')
  return { verdict: endOf(expiresAt) <= now.getTime() ? 'present' : 'absent', evidence: { expiresAt } }
}

function checkTransferLock(result: WhoisResult): Answer {
  const { statuses } = result
  if (statuses === null) return whyUnknown(result, 'statuses')
  if (statuses.length === 0 || !tellsLocks(result)) return cannotTell('no-epp-statuses')
  const locks = has(result, 'clientTransferProhibited', 'serverTransferProhibited')
  return locks.length > 0
    ? { verdict: 'absent', evidence: { statuses: locks } }
    : { verdict: 'present', evidence: { statuses } }
}

export const rules: readonly Rule<WhoisResult>[] = [
  {
    id: 'whois/expires-soon',
    title: `The registration ends within ${soonDays} days, or has ended`,
    severity: 'medium',
    remedy: 'Renew the domain at its registrar, and let it renew by itself.',
    reference: 'RFC 9083 §4.5',
    check: about(checkExpiresSoon),
  },
  {
    id: 'whois/expired',
    title: 'The registration has ended',
    severity: 'high',
    remedy: 'Renew the domain at its registrar at once, before it is deleted and anybody may register it.',
    reference: 'RFC 9083 §4.5',
    check: about(checkExpired),
  },
  {
    id: 'whois/transfer-lock-missing',
    title: 'The domain is not locked against transfer',
    severity: 'low',
    remedy: 'Switch on the transfer lock (clientTransferProhibited) at the registrar.',
    reference: 'RFC 5731 §2.3',
    check: about(checkTransferLock),
  },
  {
    id: 'whois/on-hold',
    title: 'The domain is on hold, so the DNS does not hold it',
    severity: 'high',
    remedy: 'Ask the registrar (clientHold) or the registry (serverHold) why, and have the hold removed.',
    reference: 'RFC 5731 §2.3',
    check: about((result) => whereSet(result, 'clientHold', 'serverHold')),
  },
  {
    id: 'whois/pending-delete',
    title: 'The domain is being deleted',
    severity: 'critical',
    remedy:
      'Have the registrar restore it while the redemption period lasts; in pendingDelete it is too late for that.',
    reference: 'RFC 3915 §3.1',
    check: about((result) => whereSet(result, 'redemptionPeriod', 'pendingDelete')),
  },
]
