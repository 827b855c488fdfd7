import { type Answer, isTold, whyNot } from '../query/answer.ts'
import type { Asker } from '../query/ask.ts'
import { textOf } from '../query/present-record.ts'
import { type DmarcErrorCode, type DmarcPolicyName, type DmarcRecord, looksLikeDmarc, readDmarc } from './read-dmarc.ts'

export interface DmarcPolicy {
  readonly status: 'found' | 'none' | 'unknown'
  readonly reason: string | null
  /** The name whose record holds, or at which nobody could tell. */
  readonly at: string | null
  readonly records: readonly string[]
  readonly errors: readonly DmarcErrorCode[]
  /** What receivers are asked to do with forged mail from the domain; null where no record takes effect. */
  readonly policy: DmarcPolicyName | null
  /** The same for names below it. */
  readonly subdomainPolicy: DmarcPolicyName | null
  readonly isTesting: boolean
  readonly pct: number | null
  readonly rua: readonly string[]
}

/**
 * The DMARC record that holds for mail from a domain: its own, else that of its organisational domain.
 * (RFC 9989 §4.10 finds the same one by walking up; the Public Suffix List spares the steps between.)
 */
export async function examineDmarc(domain: string, organisational: string | null, asker: Asker): Promise<DmarcPolicy> {
  const own = await readAt(domain, asker)
  if (own.status !== 'none' || organisational === null || organisational === domain) return own
  const above = await readAt(organisational, asker)
  return { ...above, policy: above.subdomainPolicy }
}

const nothing: Omit<DmarcPolicy, 'status' | 'reason' | 'at'> = {
  records: [],
  errors: [],
  policy: null,
  subdomainPolicy: null,
  isTesting: false,
  pct: null,
  rua: [],
}

async function readAt(domain: string, asker: Asker): Promise<DmarcPolicy> {
  const at = `_dmarc.${domain}`
  const answer = await asker.lookUp(at, 'TXT')
  if (!isTold(answer)) return { ...nothing, status: 'unknown', reason: whyNot(answer), at }
  const records = dmarcIn(answer)
  const [record] = records
  if (record === undefined) return { ...nothing, status: 'none', reason: null, at: null }
  return { status: 'found', reason: null, at, records, ...effectOf(records.map(readDmarc)) }
}

const dmarcIn = ({ records }: Answer) => records.map(textOf).filter(looksLikeDmarc).sort()

/** What wrongly written ones beside a right one do not change; two right ones cancel each other (RFC 9989 §4.10.1). */
function effectOf(read: readonly DmarcRecord[]): Omit<DmarcPolicy, 'status' | 'reason' | 'at' | 'records'> {
  const valid = read.filter(({ errors }) => !errors.includes('version-not-first'))
  const [only] = valid
  if (valid.length > 1) return { ...nothing, errors: ['multiple-records'] }
  if (only === undefined) return { ...nothing, errors: read[0]?.errors ?? [] }
  const { p: policy, sp: subdomainPolicy, isTesting, pct, rua, errors } = only
  return { errors, policy, subdomainPolicy, isTesting, pct, rua }
}
