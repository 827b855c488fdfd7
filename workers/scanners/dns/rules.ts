import type { Observation } from '#db/model/finding.ts'
import type { Rule } from '../scanner.ts'
import { mailRules } from './mail/rules.ts'
import type { DnsResult } from './schema.ts'
import { nameServerRules } from './zone/rules.ts'

const cnameDangling: Rule<DnsResult> = {
  id: 'dns/cname-dangling',
  title: 'An alias leads to a name that does not exist',
  severity: 'high',
  remedy:
    'Remove the CNAME record, or restore what it leads to. Whoever can register the missing name answers for yours.',
  reference: 'RFC 1034 §3.6.2; CWE-350',
  check: ({ name, aliases: { chain, end, reason, isLoop } }) => {
    const asked = { subject: name, address: null }
    const target = chain.at(-1)
    if (end === 'NXDOMAIN' && target !== undefined) {
      return [{ ...asked, verdict: 'present', evidence: { target, chain } }]
    }
    if (end === 'NODATA' || end === 'NXDOMAIN' || isLoop) return [{ ...asked, verdict: 'absent' }]
    const untold = end === 'NOERROR' ? 'chain-too-long' : (reason ?? end.toLowerCase())
    return [{ ...asked, verdict: 'unknown', reason: untold }]
  },
}

const caaMissing: Rule<DnsResult> = {
  id: 'dns/caa-missing',
  title: 'Any certificate authority may issue for this name',
  severity: 'low',
  remedy: 'Publish a CAA record with an "issue" property that names the authorities you use.',
  reference: 'RFC 8659 §3, §4.2',
  check: ({ name, caa }): Observation[] => {
    if (caa === null) return []
    const asked = { subject: name, address: null }
    if (caa.status === 'unknown') return [{ ...asked, verdict: 'unknown', reason: caa.reason ?? 'unknown' }]
    if (caa.limitsIssuers) return [{ ...asked, verdict: 'absent' }]
    return [{ ...asked, verdict: 'present', evidence: { at: caa.at, records: caa.records } }]
  },
}

export const rules: readonly Rule<DnsResult>[] = [...nameServerRules, cnameDangling, ...mailRules, caaMissing]
