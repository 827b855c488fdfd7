import type { Answer } from 'dns-packet'

/** Zones by their apex, each a list of records as zone files write them: `www.lab.test A 127.0.0.1`. */
export type LabZones = Readonly<Record<string, readonly string[]>>

export interface LabQuestion {
  readonly name: string
  readonly type: string
}

export interface LabReply {
  readonly rcode: number
  readonly authoritative: boolean
  readonly answers: Answer[]
  readonly authorities: Answer[]
  readonly additionals: Answer[]
}

const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const
const empty = { authoritative: false, answers: [], authorities: [], additionals: [] }

export const errorReply = (rcode: number): LabReply => ({ ...empty, rcode })
export const refused = errorReply(rcodes.REFUSED)
export const servfail = errorReply(rcodes.SERVFAIL)
/** What a server says that was never told of the zone and points back to the root (an upward referral). */
export const upwardReferral: LabReply = { ...empty, rcode: 0, authorities: [record('. NS a.root-servers.test')] }

/** As a server that holds these zones and asks nobody else (RFC 1034 §4.3.2). */
export function answerOwn(zones: LabZones, question: LabQuestion): LabReply {
  const apex = apexOf(zones, question)
  if (apex === null) return refused
  const records = recordsOf(zones, apex)
  const cut = records.find(
    ({ name, type }) =>
      type === 'NS' &&
      name !== apex &&
      isWithin(question.name, name) &&
      !(question.type === 'DS' && question.name === name),
  )
  if (cut) return refer(records, cut.name)
  return { ...look(records, apex, question), authoritative: true }
}

/** As a resolver that has all these zones in reach; what lies outside does not exist. */
export function answerRecursively(zones: LabZones, question: LabQuestion): LabReply {
  const answers: Answer[] = []
  for (let { name } = question; ; ) {
    const asked = { ...question, name }
    const apex = apexOf(zones, asked)
    const reply = apex === null ? outside(zones, name) : look(recordsOf(zones, apex), apex, asked)
    answers.push(...reply.answers)
    const last = reply.answers.at(-1)
    if (last?.type !== 'CNAME' || question.type === 'CNAME' || answers.length > 20) return { ...reply, answers }
    name = last.data
  }
}

function look(records: readonly Answer[], apex: string, { name, type }: LabQuestion): LabReply {
  const here = records.filter((one) => one.name === name)
  const found = here.filter((one) => one.type === type)
  const alias = here.filter((one) => one.type === 'CNAME')
  if (found.length > 0 || alias.length > 0) return { ...empty, rcode: 0, answers: found.length > 0 ? found : alias }
  const exists = records.some((one) => isWithin(one.name, name))
  const authorities = records.filter((one) => one.name === apex && one.type === 'SOA')
  return { ...empty, rcode: exists ? rcodes.NOERROR : rcodes.NXDOMAIN, authorities }
}

function refer(records: readonly Answer[], cut: string): LabReply {
  const authorities = records.filter(({ name, type }) => name === cut && type === 'NS')
  const targets = authorities.map((one) => (one.type === 'NS' ? one.data : ''))
  const additionals = records.filter(({ name, type }) => targets.includes(name) && (type === 'A' || type === 'AAAA'))
  return { ...empty, rcode: 0, authorities, additionals }
}

const outside = (zones: LabZones, name: string): LabReply => ({
  ...empty,
  rcode: Object.keys(zones).some((apex) => isWithin(apex, name)) ? rcodes.NOERROR : rcodes.NXDOMAIN,
})

/** The zone that a question belongs to: DS lives in the parent (RFC 4035 §3.1.4.1). */
function apexOf(zones: LabZones, { name, type }: LabQuestion): string | null {
  const above = Object.keys(zones).filter((apex) => isWithin(name, apex) && !(type === 'DS' && apex === name))
  return above.sort((left, right) => right.length - left.length)[0] ?? null
}

const isWithin = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`)

const recordsOf = (zones: LabZones, apex: string) => (zones[apex] ?? []).map(record)

/** Reads one record. @throws for a type that the lab does not know */
export function record(line: string): Answer {
  const [, name = '', type = '', data = ''] = /^(\S+) +(\S+) +(.*)$/.exec(line) ?? []
  const words = data.split(' ')
  const common = { name, ttl: 300, class: 'IN' as const }
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
      return { ...common, type, data }
    case 'MX':
      return { ...common, type, data: { preference: Number(words[0]), exchange: words[1] ?? '' } }
    case 'TXT':
      return { ...common, type, data: (data.match(/.{1,255}/gs) ?? ['']).map((part) => Buffer.from(part, 'latin1')) }
    case 'SOA': {
      const [mname = '', rname = '', serial] = words
      const times = { refresh: 7200, retry: 3600, expire: 1_209_600, minimum: 300 }
      return { ...common, type, data: { mname, rname, serial: Number(serial ?? 1), ...times } }
    }
    case 'CAA': {
      const [flags, tag] = words
      // Safe cast: any text may stand there, and the codec takes it.
      return { ...common, type, data: { flags: Number(flags), tag: tag as 'issue', value: words.slice(2).join(' ') } }
    }
    case 'DS': {
      const [keyTag, algorithm, digestType, digest = ''] = words
      const numbers = { keyTag: Number(keyTag), algorithm: Number(algorithm), digestType: Number(digestType) }
      return { ...common, type, data: { ...numbers, digest: Buffer.from(digest, 'hex') } }
    }
    case 'DNSKEY': {
      const [flags, , algorithm, key = ''] = words
      return {
        ...common,
        type,
        data: { flags: Number(flags), algorithm: Number(algorithm), key: Buffer.from(key, 'base64') },
      }
    }
    default:
      throw new Error(`the lab knows no ${type} record: ${line}`)
  }
}
