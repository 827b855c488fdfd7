import { foreignText } from '#db/model/text.ts'
import { type Answer, isTold, whyNot } from '../query/answer.ts'
import type { Asker } from '../query/ask.ts'
import { maxRecordLength, maxRecords } from '../query/present-record.ts'
import { type DmarcPolicy, examineDmarc } from './examine-dmarc.ts'
import { examineSpf, type SpfPolicy } from './examine-spf.ts'

/** Terms of a policy are kept to this length, and so many of one kind. */
export const maxTermLength = 512
export const maxTerms = 64

/**
 * The mail policy of the organisational domain, which anybody may forge, and of the name itself where it may have mail
 * of its own: MX or SPF records that are not an alias's. Other hosts are covered by the domain's DMARC policy.
 */
export async function examineMail(name: string, organisationalDomain: string | null, asker: Asker) {
  const domains = organisationalDomain === null ? [] : [organisationalDomain]
  if (name !== organisationalDomain && (await mayHaveMail(name, asker))) domains.push(name)
  return Promise.all(domains.map((domain) => examineDomain(domain, organisationalDomain, asker)))
}

async function mayHaveMail(name: string, asker: Asker): Promise<boolean> {
  const mx = await asker.lookUp(name, 'MX')
  if (!isTold(mx) || isOwn(mx)) return true
  const txt = await asker.lookUp(name, 'TXT')
  if (txt.status === 'NOERROR' && !isOwn(txt)) return false
  return (await examineSpf(name, asker)).status !== 'none'
}

const isOwn = ({ status, aliases }: Answer) => status === 'NOERROR' && aliases.length === 0

async function examineDomain(domain: string, organisationalDomain: string | null, asker: Asker) {
  const [mx, spf, dmarc] = await Promise.all([
    asker.lookUp(domain, 'MX'),
    examineSpf(domain, asker),
    examineDmarc(domain, organisationalDomain, asker),
  ])
  const mxReason = isTold(mx) ? null : whyNot(mx)
  const isOrganisational = domain === organisationalDomain
  return { domain, isOrganisational, mx: mx.status, mxReason, spf: boundSpf(spf), dmarc: boundDmarc(dmarc) }
}

const terms = (texts: readonly string[]) => texts.slice(0, maxTerms).map(term)
const term = (text: string) => foreignText(text, maxTermLength)
const records = (texts: readonly string[]) =>
  texts.slice(0, maxRecords).map((text) => foreignText(text, maxRecordLength))

function boundSpf(spf: SpfPolicy) {
  const errors = spf.errors.slice(0, maxTerms).map((error) => ({
    ...error,
    term: error.term === null ? null : term(error.term),
  }))
  const unresolved = spf.unresolved.slice(0, maxTerms).map(({ term: text, reason }) => ({ term: term(text), reason }))
  return {
    ...spf,
    errors,
    unresolved,
    records: records(spf.records),
    broad: terms(spf.broad),
    includes: [...spf.includes],
  }
}

const boundDmarc = (dmarc: DmarcPolicy) => ({
  ...dmarc,
  errors: [...dmarc.errors],
  records: records(dmarc.records),
  rua: terms(dmarc.rua),
})
