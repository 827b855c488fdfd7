import type { z } from 'zod'
import type { Target } from '#db/model/target.ts'
import type { Report, ScanContext } from '../scanner.ts'
import { type FactName, factNames, isUsable, type Reading, type Told, useless } from './facts.ts'
import { registrableDomain } from './find-domain.ts'
import { Ledger } from './ledger.ts'
import { mergeFacts } from './merge-facts.ts'
import { askByWhois } from './port43/follow.ts'
import { askRdap } from './rdap/ask.ts'
import { baseFor, findServices } from './rdap/find-service.ts'
import type { result, WhoisOptions } from './schema.ts'
import type { Session } from './session.ts'
import { type EppStatus, eppStatusOf, type Protocol } from './statuses.ts'

type Result = z.input<typeof result>

/** Asks who keeps the registration of the target's domain: by RDAP, and by WHOIS where there is no RDAP or it gave no answer. */
export async function scan(
  target: Target,
  { timeoutMillis }: WhoisOptions,
  { network, signal, progress }: ScanContext,
): Promise<Report<Result>> {
  const ledger = new Ledger(progress)
  const domain = registrableDomain(target.canonical)
  if (domain === null) {
    ledger.leaveOut(target.canonical, 'public-suffix')
    return report(target.canonical, useless('could-not-tell', 'public-suffix'), null, null, ledger)
  }
  const session: Session = { network, signal, timeoutMillis, ledger }
  const services = await findServices(network, timeoutMillis)
  const base = baseFor(domain, services)
  const byRdap = base === null ? null : await askRdap(base, domain, session)
  if (byRdap && isUsable(byRdap)) return report(domain, byRdap, 'rdap', services.source, ledger)

  const byWhois = await askByWhois(domain, session)
  if (isUsable(byWhois)) return report(domain, completed(byWhois, byRdap), 'whois', services.source, ledger)
  return report(domain, worseOf(byRdap, byWhois), null, services.source, ledger)
}

/** What WHOIS leaves out RDAP might have told: the reason why it did not says more than "not published". */
const completed = (byWhois: Reading, byRdap: Reading | null): Reading =>
  byRdap && byWhois.outcome === 'registered' ? { ...byWhois, facts: mergeFacts(byRdap.facts, byWhois.facts) } : byWhois

/** Of two answers of no use: being sent away can be mended by waiting, so it is what should be known. */
const worseOf = (byRdap: Reading | null, byWhois: Reading): Reading =>
  byRdap?.outcome === 'throttled' || (byRdap && byWhois.reason === 'no-whois-server') ? byRdap : byWhois

function report(
  domain: string,
  reading: Reading,
  source: Protocol | null,
  bootstrap: string | null,
  ledger: Ledger,
): Report<Result> {
  const found = {
    domain,
    outcome: reading.outcome,
    source,
    bootstrap,
    servers: ledger.asked,
    ...fieldsOf(reading, source),
  }
  const coverage = ledger.coverage()
  return isUsable(reading)
    ? { result: found, coverage }
    : { result: found, coverage, inconclusive: reading.reason ?? reading.outcome }
}

function fieldsOf({ facts }: Reading, source: Protocol | null) {
  const statuses = valueOf(facts.statuses)
  const name = valueOf(facts.registrar)
  const isGap = (fact: FactName) => 'why' in facts[fact] && (fact !== 'registrarIanaId' || name !== null)
  return {
    registrar: name === null ? null : { name, ianaId: valueOf(facts.registrarIanaId) },
    createdAt: valueOf(facts.createdAt),
    updatedAt: valueOf(facts.updatedAt),
    expiresAt: valueOf(facts.expiresAt),
    ...splitStatuses(statuses, source ?? 'whois'),
    nameServers: valueOf(facts.nameServers)?.slice() ?? null,
    dnssec: valueOf(facts.dnssec),
    unknown: factNames.filter(isGap).map((field) => ({ field, ...whyOf(facts[field]) })),
  }
}

function splitStatuses(statuses: readonly string[] | null, source: Protocol) {
  const said = [...new Set(statuses ?? [])].sort()
  const epp = said.flatMap((status) => eppStatusOf(status, source) ?? [])
  return {
    statuses: statuses === null ? null : [...new Set<EppStatus>(epp)].sort(),
    otherStatuses: said.filter((status) => eppStatusOf(status, source) === null),
  }
}

const valueOf = <Value>(fact: Told<Value>): Value | null => ('value' in fact ? fact.value : null)
const whyOf = (fact: Told<unknown>) => ('why' in fact ? fact.why : { reason: 'not-published' })
