import { foreignText } from '#db/model/text.ts'
import { lowerCase, type Message, type Question, type ResourceRecord } from './wire.ts'

/**
 * How a question was answered. Capital words are the server's own: RCODEs, and NODATA for a name that has no such
 * record (RFC 2308 §2.2). The others say why there is no answer, and none of them is an absence.
 */
export const answerStatuses = [
  'NOERROR',
  'NODATA',
  'NXDOMAIN',
  'SERVFAIL',
  'REFUSED',
  'FORMERR',
  'NOTIMP',
  'other-rcode',
  'referral',
  'truncated',
  'malformed',
  'timed-out',
  'port-closed',
  'unreachable',
  'not-asked',
] as const
export type AnswerStatus = (typeof answerStatuses)[number]

export interface Answer {
  readonly status: AnswerStatus
  /** Why nobody was asked: the guard's rule, our own errno, `deadline`; null where somebody was. */
  readonly reason: string | null
  readonly authoritative: boolean
  /** The names that the asked one is an alias of, in order (CNAME). */
  readonly aliases: readonly string[]
  /** Those of the type asked, at the end of the aliases. */
  readonly records: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  readonly additionals: readonly ResourceRecord[]
}

const nothing = { authoritative: false, aliases: [], records: [], authorities: [], additionals: [] }

export const failed = (status: AnswerStatus): Answer => ({ ...nothing, status, reason: null })
export const notAsked = (reason: string): Answer => ({ ...nothing, status: 'not-asked', reason })

/** True where the DNS itself has spoken: there are such records, or there are none. */
export const isTold = ({ status }: Pick<Answer, 'status'>) =>
  status === 'NOERROR' || status === 'NODATA' || status === 'NXDOMAIN'

/** True where no message at all came back. */
export const isSilence = ({ status }: Answer) => status === 'timed-out' || status === 'unreachable'

/** Why it could not be told, in kebab-case. */
export const whyNot = ({ status, reason }: Answer) => reason ?? status.toLowerCase()

const statusOf: Readonly<Record<number, AnswerStatus>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
}

/** What a message says about the question. An RCODE speaks of the last alias (RFC 6604 §3). */
export function answerOf(message: Message, question: Question): Answer {
  const { aliases, records } = followAliases(message.answers, question)
  const { authoritative, authorities, additionals } = message
  const whole = { reason: null, authoritative, aliases, records, authorities, additionals }
  if (message.rcode !== 0) return { ...whole, status: statusOf[message.rcode] ?? 'other-rcode', records: [] }
  if (records.length > 0) return { ...whole, status: 'NOERROR' }
  const isReferral = aliases.length === 0 && !authoritative && pointsElsewhere(authorities)
  return { ...whole, status: isReferral ? 'referral' : 'NODATA' }
}

const maxAliases = 16

function followAliases(answers: readonly ResourceRecord[], { name, type }: Question) {
  const aliases: string[] = []
  let owner = name
  for (;;) {
    const here = answers.filter((record) => lowerCase(record.name) === owner)
    const records = here.filter((record) => record.type === type)
    const alias = here.find((record) => record.type === 'CNAME')
    if (records.length > 0 || alias?.type !== 'CNAME' || aliases.length === maxAliases) return { aliases, records }
    owner = domainName(alias.data)
    if (aliases.includes(owner)) return { aliases, records }
    aliases.push(owner)
  }
}

/** Name servers and no SOA: "ask there", which says nothing about the name (RFC 2308 §2.2). */
const pointsElsewhere = (authorities: readonly ResourceRecord[]) =>
  authorities.some(({ type }) => type === 'NS') && !authorities.some(({ type }) => type === 'SOA')

/** A name that a stranger sent, in the spelling that is kept and compared. */
export const domainName = (name: string) => foreignText(lowerCase(name), 255)
