import { z } from 'zod'
import { maxTermLength, maxTerms } from './mail/examine-mail.ts'
import { spfErrorCodes } from './mail/examine-spf.ts'
import { dmarcErrorCodes, dmarcPolicies } from './mail/read-dmarc.ts'
import { answerStatuses } from './query/answer.ts'
import { maxRecordLength, maxRecords } from './query/present-record.ts'
import { questionTypes } from './query/wire.ts'
import { maxHostAddresses } from './zone/ask-for-host.ts'
import { maxAddressesEach, maxNameServers, serverStates } from './zone/ask-name-servers.ts'

export const options = z.strictObject({
  nameServerPort: z
    .int()
    .min(1)
    .max(65_535)
    .default(53)
    .describe('For labs: where name servers listen at addresses that SCAN_ALLOW opens. Elsewhere it is always 53.'),
})

const name = z.string().max(255)
const term = z.string().max(maxTermLength)
const reason = z.string().max(100).nullable()
const record = z.string().max(maxRecordLength)
const records = z.array(record).max(maxRecords)
const status = z.enum(answerStatuses)
const found = z.enum(['found', 'none', 'unknown'])

const answer = z.object({
  name,
  type: z.enum(questionTypes),
  status,
  reason,
  /** In the spelling of zone files, sorted. */
  records,
  total: z.int().nonnegative(),
})

const aliases = z.object({ chain: z.array(name).max(16), end: status, reason, isLoop: z.boolean() })

const serverAtAddress = z.object({
  address: z.string().max(64),
  state: z.enum(serverStates),
  reason,
  soa: status,
  ns: status,
  serial: z.int().nonnegative().nullable(),
  names: z.array(name).max(maxRecords),
})

const nameServers = z.object({
  /** How the zone's NS records were answered; `delegation` means that its parent named these servers, for want of an answer. */
  from: z.enum(['zone', 'delegation', 'unknown']),
  reason,
  total: z.int().nonnegative(),
  servers: z
    .array(z.object({ name, a: status, aaaa: status, addresses: z.array(serverAtAddress).max(maxAddressesEach) }))
    .max(maxNameServers),
})

const caa = z.object({
  status: found,
  reason,
  at: name.nullable(),
  records,
  total: z.int().nonnegative(),
  limitsIssuers: z.boolean(),
})

const spf = z.object({
  status: found,
  reason,
  records,
  errors: z.array(z.object({ code: z.enum(spfErrorCodes), domain: name, term: term.nullable() })).max(maxTerms),
  all: z.enum(['+', '-', '~', '?']).nullable(),
  broad: z.array(term).max(maxTerms),
  lookups: z.int().nonnegative(),
  voidLookups: z.int().nonnegative(),
  includes: z.array(name).max(maxTerms),
  unresolved: z.array(z.object({ term, reason: z.string().max(100) })).max(maxTerms),
})

const dmarc = z.object({
  status: found,
  reason,
  at: z.string().max(300).nullable(),
  records,
  errors: z.array(z.enum(dmarcErrorCodes)).max(8),
  policy: z.enum(dmarcPolicies).nullable(),
  subdomainPolicy: z.enum(dmarcPolicies).nullable(),
  isTesting: z.boolean(),
  pct: z.int().min(0).max(100).nullable(),
  rua: z.array(term).max(maxTerms),
})

const mail = z.object({
  domain: name,
  isOrganisational: z.boolean(),
  /** How the domain's MX question was answered. */
  mx: status,
  mxReason: reason,
  spf,
  dmarc,
})

export const result = z.object({
  name,
  /** By the Public Suffix List; null for a public suffix itself. */
  organisationalDomain: name.nullable(),
  /** The apex of the zone that the name lies in; null where nobody could tell, with the reason. */
  zone: name.nullable(),
  zoneReason: reason,
  answers: z.array(answer).max(32),
  aliases,
  /** The rest is null for a name that only the DNS may hold (RFC 8552): only look-ups are made for it. */
  nameServers: nameServers.nullable(),
  /** What the zone's own servers give for the name, each of them; results of version 1 have none. */
  hostAddresses: z
    .object({ addresses: z.array(z.string().max(64)).max(maxHostAddresses).nullable(), reason })
    .nullable()
    .default(null),
  caa: caa.nullable(),
  mail: z.array(mail).max(2),
})

export type DnsResult = z.output<typeof result>
export type MailResult = z.output<typeof mail>
export type NameServerResult = z.output<typeof nameServers>['servers'][number]
