import { type Answer, isTold, whyNot } from './query/answer.ts'
import type { Asker } from './query/ask.ts'
import { presentRecords } from './query/present-record.ts'
import type { ResourceRecord } from './query/wire.ts'
import { parentOf } from './zone/find-zone.ts'

export interface Caa {
  /** `unknown` where a name on the way gave no answer: an authority may not issue then (RFC 8659 §3). */
  readonly status: 'found' | 'none' | 'unknown'
  readonly reason: string | null
  /** The name whose records hold, or at which nobody could tell. */
  readonly at: string | null
  readonly records: string[]
  readonly total: number
  /** True where a certificate for the name itself may come from the named authorities only. */
  readonly limitsIssuers: boolean
}

const none: Caa = { status: 'none', reason: null, at: null, limitsIssuers: false, records: [], total: 0 }

/** The records that hold for a name: its own, else those of the nearest parent that has some (RFC 8659 §3). */
export async function findCaa(name: string, { lookUp }: Asker): Promise<Caa> {
  for (let at: string | null = name; at !== null; at = parentOf(at)) {
    const answer: Answer = await lookUp(at, 'CAA')
    if (!isTold(answer)) return { ...none, status: 'unknown', reason: whyNot(answer), at }
    if (answer.status === 'NOERROR') {
      const limitsIssuers = answer.records.some(limits)
      return { status: 'found', reason: null, at, limitsIssuers, ...presentRecords(answer.records) }
    }
  }
  return none
}

const understood = new Set(['issue', 'issuewild', 'iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc'])
const critical = 0x80

/** `issue` names who may; a critical property that nobody understands forbids all (RFC 8659 §4.1, §4.2). */
function limits(record: ResourceRecord): boolean {
  if (record.type !== 'CAA') return false
  const tag = record.data.tag.toLowerCase()
  return tag === 'issue' || (((record.data.flags ?? 0) & critical) !== 0 && !understood.has(tag))
}
