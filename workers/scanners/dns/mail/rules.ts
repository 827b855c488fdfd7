import type { Evidence, Observation } from '#db/model/finding.ts'
import type { Rule } from '../../scanner.ts'
import type { DnsResult, MailResult } from '../schema.ts'

type Judged = Pick<Observation, 'verdict' | 'reason' | 'evidence'>

const absent: Judged = { verdict: 'absent' }
const unknown = (reason: string | null): Judged => ({ verdict: 'unknown', reason: reason ?? 'unknown' })
const present = (evidence: Evidence): Judged => ({ verdict: 'present', evidence })
/** Records as evidence: the whole stands in the result. */
const quoted = (records: readonly string[]) => records.slice(0, 4).map((record) => record.slice(0, 1024).toWellFormed())

/** A rule that is asked of each domain whose mail policy was looked at. */
function rule(facts: Omit<Rule<DnsResult>, 'check'>, judge: (mail: MailResult) => Judged): Rule<DnsResult> {
  return {
    ...facts,
    check: ({ mail }) => mail.map((one) => ({ subject: one.domain, address: null, ...judge(one) })),
  }
}

export const mailRules: readonly Rule<DnsResult>[] = [
  rule(
    {
      id: 'dns/spf-missing',
      title: 'No SPF record says which servers may send mail for the domain',
      severity: 'medium',
      remedy:
        'Publish a TXT record "v=spf1 … -all" that names your senders; "v=spf1 -all" where the domain sends no mail.',
      reference: 'RFC 7208 §3',
    },
    ({ isOrganisational, mx, mxReason, spf }) => {
      if (spf.status === 'unknown') return unknown(spf.reason)
      if (spf.status === 'found') return absent
      // A host below the domain needs a record of its own only where it has mail of its own.
      return isOrganisational || mx === 'NOERROR' ? present({ MX: mx }) : unknown(mxReason)
    },
  ),
  rule(
    {
      id: 'dns/spf-invalid',
      title: 'Receivers reject the SPF record as broken (permerror)',
      severity: 'medium',
      remedy: 'Mend what the evidence names: one record, its grammar, at most 10 lookups with 2 empty ones, no loop.',
      reference: 'RFC 7208 §4.5, §4.6, §4.6.4',
    },
    ({ spf }) => {
      if (spf.status !== 'found') return spf.status === 'none' ? absent : unknown(spf.reason)
      if (spf.errors.length > 0) {
        const errors = spf.errors.map(({ code, domain, term }) => [code, domain, term ?? []].flat().join(' '))
        const { records, lookups, voidLookups } = spf
        return present({ records: quoted(records), errors, lookups, voidLookups })
      }
      return spf.unresolved.length > 0 ? unknown(spf.unresolved[0]?.reason ?? null) : absent
    },
  ),
  rule(
    {
      id: 'dns/spf-permissive',
      title: 'The SPF record lets anybody send mail for the domain',
      severity: 'high',
      remedy: 'End the record in "-all" and name your own senders instead of ranges that cover half of the internet.',
      reference: 'RFC 7208 §5.1, §11.4',
    },
    ({ spf }) => {
      if (spf.status !== 'found') return spf.status === 'none' ? absent : unknown(spf.reason)
      const { records, all, broad } = spf
      if (all === '+' || broad.length > 0) return present({ records: quoted(records), all, broad })
      if (spf.errors.length > 0) return unknown('spf-invalid')
      return spf.unresolved.length > 0 ? unknown(spf.unresolved[0]?.reason ?? null) : absent
    },
  ),
  rule(
    {
      id: 'dns/spf-neutral',
      title: 'The SPF record does not say what to do with other senders',
      severity: 'low',
      remedy: 'End the record in "-all" (or "~all" while you still look for senders).',
      reference: 'RFC 7208 §4.7, §8.2',
    },
    ({ spf }) => {
      if (spf.status !== 'found') return spf.status === 'none' ? absent : unknown(spf.reason)
      if (spf.errors.length > 0) return unknown('spf-invalid')
      const redirect = spf.unresolved.find(({ term }) => /^redirect=/i.test(term))
      if (redirect) return unknown(redirect.reason)
      const { records, all } = spf
      return all === null || all === '?' ? present({ records: quoted(records), all }) : absent
    },
  ),
  rule(
    {
      id: 'dns/dmarc-missing',
      title: 'No DMARC policy protects the domain against forged senders',
      severity: 'medium',
      remedy:
        'Publish a TXT record "v=DMARC1; p=none; rua=mailto:…" at _dmarc, read the reports, then raise p to reject.',
      reference: 'RFC 9989 §4.7',
    },
    ({ domain, dmarc }) => {
      if (dmarc.status === 'unknown') return unknown(dmarc.reason)
      return dmarc.status === 'found' ? absent : present({ asked: `_dmarc.${domain}` })
    },
  ),
  rule(
    {
      id: 'dns/dmarc-invalid',
      title: 'The DMARC record is not written as receivers expect',
      severity: 'medium',
      remedy: 'Publish exactly one record that begins with "v=DMARC1;" and has a p of none, quarantine or reject.',
      reference: 'RFC 9989 §4.7, §4.10.1',
    },
    ({ dmarc: { status, reason, errors, records, at } }) => {
      if (status !== 'found') return status === 'none' ? absent : unknown(reason)
      return errors.length > 0 ? present({ at, errors, records: quoted(records) }) : absent
    },
  ),
  rule(
    {
      id: 'dns/dmarc-permissive',
      title: 'The DMARC policy lets forged mail through',
      severity: 'medium',
      remedy:
        'Raise p, and sp where it is set, to quarantine and then to reject once the reports show your senders pass.',
      reference: 'RFC 9989 §4.7',
    },
    ({ dmarc }) => {
      if (dmarc.status !== 'found') return dmarc.status === 'none' ? absent : unknown(dmarc.reason)
      const { at, records, policy, subdomainPolicy, isTesting } = dmarc
      if (policy === null) return unknown('dmarc-invalid')
      // A policy that is only tried out counts one step less (t=y).
      const isPermissive = (name: typeof policy | null) => name === 'none' || (isTesting && name === 'quarantine')
      return isPermissive(policy) || isPermissive(subdomainPolicy)
        ? present({ at, records: quoted(records), policy, subdomainPolicy, isTesting })
        : absent
    },
  ),
]
