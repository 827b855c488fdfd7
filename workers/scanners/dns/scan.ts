import { getDomain } from 'tldts'
import type { z } from 'zod'
import type { Target } from '#db/model/target.ts'
import { type Report, type ScanContext, ScanFailure } from '../scanner.ts'
import { findAliases } from './find-aliases.ts'
import { findCaa } from './find-caa.ts'
import { examineMail } from './mail/examine-mail.ts'
import { type Answer, isTold, whyNot } from './query/answer.ts'
import { type Asker, createAsker } from './query/ask.ts'
import { presentRecords } from './query/present-record.ts'
import type { QuestionType } from './query/wire.ts'
import type { options, result } from './schema.ts'
import {
  examineDelegation,
  examineNameServers,
  type NameServers,
  unknownNameServers,
} from './zone/examine-name-servers.ts'
import { askForHost } from './zone/ask-for-host.ts'
import { findDelegation } from './zone/find-delegation.ts'
import { findZone } from './zone/find-zone.ts'

type Result = z.input<typeof result>

interface Asked {
  readonly name: string
  readonly type: QuestionType
  readonly answer: Answer
}

const hostTypes = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'TXT'] as const satisfies readonly QuestionType[]
const recordNameTypes = ['A', 'AAAA', 'CNAME', 'SRV', 'TLSA', 'TXT'] as const satisfies readonly QuestionType[]
const zoneTypes = ['CAA', 'DNSKEY', 'DS', 'MX', 'NS', 'SOA', 'TXT'] as const satisfies readonly QuestionType[]

/** What this version does not look at, said so that nobody takes it for good. */
const notSupported = ['DKIM keys', 'DNSSEC validation', 'zone transfer (AXFR)']

/** Asks the operator's resolvers about the name, its zone and its mail policy, and each of the zone's own name servers. */
export async function scan(
  { canonical: name, kind, display }: Target,
  { nameServerPort }: z.output<typeof options>,
  context: ScanContext,
): Promise<Report<Result>> {
  const asker = createAsker(context, nameServerPort)
  for (const what of notSupported) asker.leaveOut(what, 'not-supported')
  const own = await askAll(name, kind === 'record-name' ? recordNameTypes : hostTypes, asker)
  await refuseToGoOn(name, display, own, asker)

  const { asked, ...facts } = kind === 'record-name' ? await lookUpOnly(name, asker) : await examine(name, asker)
  return {
    result: { name, ...facts, answers: presentAnswers([...own, ...asked]) },
    coverage: asker.coverage(),
    ...(hasLearned([...own, ...asked], facts.nameServers) ? {} : { inconclusive: 'no-usable-answer' }),
  }
}

const askAll = (name: string, types: readonly QuestionType[], { lookUp }: Asker): Promise<Asked[]> =>
  Promise.all(types.map(async (type) => ({ name, type, answer: await lookUp(name, type) })))

/** @throws ScanFailure when there is no such name, or nobody who could say anything about it. */
async function refuseToGoOn(name: string, display: string, own: readonly Asked[], { lookUp }: Asker): Promise<void> {
  const answers = own.map(({ answer }) => answer)
  // An alias exists even where what it leads to does not (RFC 6604 §2).
  const isDenied = ({ status, aliases }: Answer) => status === 'NXDOMAIN' && aliases.length === 0
  if (answers.some(isDenied) && answers.filter(isTold).every(isDenied)) {
    throw new ScanFailure('name-not-found', `${display} does not exist (NXDOMAIN)`)
  }
  // SERVFAIL is what a working resolver says of a broken zone, and silence what some say of a silent one.
  const isOurs = ({ reason }: Answer) => reason === 'deadline'
  if (answers.some((answer) => isTold(answer) || answer.status === 'SERVFAIL' || isOurs(answer))) return
  const topLevel = name.slice(name.lastIndexOf('.') + 1)
  if (isTold(await lookUp(topLevel, 'SOA'))) return
  const reasons = [...new Set(answers.map(whyNot))].join(', ')
  throw new ScanFailure('resolver-failed', `no resolver answered any question about ${display} (${reasons})`)
}

/** True where anything was told: about the name, its zone, or the zone's servers. */
const hasLearned = (asked: readonly Asked[], nameServers: NameServers | null) =>
  asked.some(({ answer }) => isTold(answer)) ||
  (nameServers?.servers ?? []).some(({ addresses }) =>
    addresses.some(({ state }) => state === 'authoritative' || state === 'lame'),
  )

const lookUpOnly = async (name: string, asker: Asker) => ({
  organisationalDomain: organisationalDomainOf(name),
  zone: null,
  zoneReason: 'not-asked',
  aliases: await findAliases(name, asker),
  nameServers: null,
  hostAddresses: null,
  caa: null,
  mail: [],
  asked: [],
})

async function examine(name: string, asker: Asker) {
  const organisationalDomain = organisationalDomainOf(name)
  const [aliases, caa, mail, zone] = await Promise.all([
    findAliases(name, asker),
    findCaa(name, asker),
    examineMail(name, organisationalDomain, asker),
    examineZone(name, asker),
  ])
  return { organisationalDomain, aliases, caa, mail, ...zone }
}

async function examineZone(name: string, asker: Asker) {
  const { zone, at, reason } = await findZone(name, asker)
  if (zone !== null) {
    const [asked, nameServers] = await Promise.all([askAll(zone, zoneTypes, asker), examineNameServers(zone, asker)])
    return { zone, zoneReason: null, nameServers, hostAddresses: await askForHost(name, nameServers, asker), asked }
  }
  const delegation = await findDelegation(name, at, asker)
  const nameServers = delegation ? await examineDelegation(delegation, reason, asker) : unknownNameServers(reason)
  const hostAddresses = { addresses: null, reason }
  return { zone: delegation?.zone ?? null, zoneReason: reason, nameServers, hostAddresses, asked: [] }
}

/** By the Public Suffix List, its private part included: who has `shop.hoster.example` is not who has `hoster.example`. */
const organisationalDomainOf = (name: string) =>
  getDomain(name, { allowPrivateDomains: true, extractHostname: false, validateHostname: false })

/** Each question once, in the order of names and types. */
function presentAnswers(asked: readonly Asked[]): Result['answers'] {
  const byQuestion = new Map(asked.map((one) => [`${one.name} ${one.type}`, one]))
  return [...byQuestion.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { name, type, answer }]) => {
      const { status, reason, records } = answer
      return { name, type, status, reason, ...presentRecords(records) }
    })
}
