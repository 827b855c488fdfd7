import { type Answer, isTold, whyNot } from '../query/answer.ts'
import type { Asker } from '../query/ask.ts'
import { textOf } from '../query/present-record.ts'
import { isAskable, type QuestionType } from '../query/wire.ts'
import { isSpf, type Mechanism, type Qualifier, readSpf, type SpfRecord } from './read-spf.ts'
import { expandDomain } from './spf-macros.ts'

/** Each of them makes receivers answer permerror: the record then protects nothing (RFC 7208 §4.5 to §5.2). */
export const spfErrorCodes = [
  'multiple-records',
  'syntax-error',
  'include-loop',
  'no-record-included',
  'too-many-lookups',
  'too-many-void-lookups',
  'too-many-mx',
] as const

export interface SpfError {
  readonly code: (typeof spfErrorCodes)[number]
  /** The domain whose record is meant. */
  readonly domain: string
  /** The term, where it is about one. */
  readonly term: string | null
}

export interface SpfPolicy {
  readonly status: 'found' | 'none' | 'unknown'
  readonly reason: string | null
  /** As they stand in the DNS; more than one is an error. */
  readonly records: readonly string[]
  readonly errors: readonly SpfError[]
  /** What happens to senders that nothing else matches, after redirects; null where the record does not say. */
  readonly all: Qualifier | null
  /** Terms that let more of the internet pass than anybody holds. */
  readonly broad: readonly string[]
  /** Terms that cost a DNS query, included records among them, for a sender that none of them matches (RFC 7208 §4.6.4). */
  readonly lookups: number
  /** Those of them that find nothing; an address term only where it has neither A nor AAAA. */
  readonly voidLookups: number
  /** Domains whose records were included, in the order of evaluation. */
  readonly includes: readonly string[]
  /** Terms that could not be followed, which makes the numbers lower bounds. */
  readonly unresolved: readonly { readonly term: string; readonly reason: string }[]
}

/** Counting stops here: ten are allowed, and records may include each other without end. */
export const maxLookups = 40
const allowedLookups = 10
const allowedVoidLookups = 2
const allowedExchanges = 10
/** IANA hands out IPv4 by /8 and IPv6 by /12: nobody holds more than one of these. */
const widest = { prefix4: 8, prefix6: 12 }

interface Walk {
  readonly sender: string
  readonly asker: Asker
  readonly errors: SpfError[]
  readonly broad: string[]
  readonly includes: string[]
  readonly unresolved: { term: string; reason: string }[]
  lookups: number
  voidLookups: number
}

/** One record on the way. */
interface Step {
  readonly domain: string
  /** The domains that led here, this one last: coming back to one of them never ends. */
  readonly path: readonly string[]
  /** False below an include whose match does not let mail pass. */
  readonly passes: boolean
}

/** A domain's SPF record and all that it includes, as far as it can be told without a sender. */
export async function examineSpf(domain: string, asker: Asker): Promise<SpfPolicy> {
  const answer = await asker.lookUp(domain, 'TXT')
  if (!isTold(answer)) return { ...nothing, status: 'unknown', reason: whyNot(answer) }
  const records = spfIn(answer)
  const [record, ...more] = records
  if (record === undefined) return nothing
  if (more.length > 0) {
    return { ...nothing, status: 'found', records, errors: [{ code: 'multiple-records', domain, term: null }] }
  }
  const walk: Walk = { ...emptyWalk(), sender: domain, asker }
  const all = await visit(walk, readSpf(record), { domain, path: [domain], passes: true })
  const { broad, lookups, voidLookups, includes, unresolved } = walk
  const errors = [...walk.errors, ...exceeded(walk)]
  return { status: 'found', reason: null, records, errors, all, broad, lookups, voidLookups, includes, unresolved }
}

const emptyWalk = () => ({ errors: [], broad: [], includes: [], unresolved: [], lookups: 0, voidLookups: 0 })
const nothing: SpfPolicy = { ...emptyWalk(), status: 'none', reason: null, records: [], all: null }

const spfIn = ({ records }: Answer) => records.map(textOf).filter(isSpf).sort()

function exceeded({ sender: domain, lookups, voidLookups }: Walk): SpfError[] {
  const errors: SpfError[] = []
  if (lookups > allowedLookups) errors.push({ code: 'too-many-lookups', domain, term: null })
  if (voidLookups > allowedVoidLookups) errors.push({ code: 'too-many-void-lookups', domain, term: null })
  return errors
}

/** Follows a record's terms in their order, and answers what it does with everybody else. */
async function visit(walk: Walk, record: SpfRecord, step: Step): Promise<Qualifier | null> {
  const { domain } = step
  for (const term of record.unreadable) walk.errors.push({ code: 'syntax-error', domain, term })
  if (record.unreadable.length > 0) return null
  const mechanisms = record.terms.filter((term) => term.kind === 'mechanism')
  const end = mechanisms.findIndex(({ name }) => name === 'all')
  for (const mechanism of end === -1 ? mechanisms : mechanisms.slice(0, end)) {
    if (walk.lookups < maxLookups) await evaluate(walk, mechanism, step)
  }
  const all = mechanisms[end]
  if (all) return all.qualifier
  const redirect = record.terms.find((term) => term.kind === 'modifier' && term.name === 'redirect')
  // A redirect counts only where there is no `all` (RFC 7208 §6.1).
  return redirect?.kind === 'modifier' ? follow(walk, redirect.text, redirect.value, step) : null
}

async function evaluate(walk: Walk, term: Mechanism, step: Step): Promise<void> {
  if (step.passes && isBroad(term)) walk.broad.push(term.text)
  switch (term.name) {
    case 'include': {
      const passes = step.passes && term.qualifier === '+'
      const all = await follow(walk, term.text, term.domain ?? step.domain, { ...step, passes })
      if (passes && all === '+') walk.broad.push(term.text)
      return
    }
    case 'a':
      return find(walk, term, step, ['A', 'AAAA'])
    case 'mx':
      return find(walk, term, step, ['MX'])
    case 'exists':
      return find(walk, term, step, ['A'])
    case 'ptr':
      walk.lookups += 1
      return
    case 'all':
    case 'ip4':
    case 'ip6':
  }
}

const isBroad = ({ qualifier, prefix4, prefix6 }: Mechanism) =>
  qualifier === '+' && ((prefix4 ?? 32) < widest.prefix4 || (prefix6 ?? 128) < widest.prefix6)

/** Visits the record of another domain, which must have one (RFC 7208 §5.2, §6.1). */
async function follow(walk: Walk, term: string, spec: string, step: Step): Promise<Qualifier | null> {
  walk.lookups += 1
  const name = expandDomain(spec, { current: step.domain, sender: walk.sender })
  const fail = (code: SpfError['code'], domain: string) => {
    walk.errors.push({ code, domain, term })
    return null
  }
  const giveUp = (reason: string) => {
    walk.unresolved.push({ term, reason })
    return null
  }
  if (name === null) return giveUp('depends-on-sender')
  if (step.path.includes(name)) return fail('include-loop', step.domain)
  if (!isAskable(name)) return fail('no-record-included', step.domain)

  const answer = await walk.asker.lookUp(name, 'TXT')
  if (!isTold(answer)) return giveUp(whyNot(answer))
  if (answer.status !== 'NOERROR') walk.voidLookups += 1
  const [record, ...more] = spfIn(answer)
  if (record === undefined) return fail('no-record-included', step.domain)
  if (more.length > 0) return fail('multiple-records', name)
  walk.includes.push(name)
  return visit(walk, readSpf(record), { ...step, domain: name, path: [...step.path, name] })
}

/** Looks up what an address term names: whether it finds anything is all that counts here. */
async function find(walk: Walk, { text, domain }: Mechanism, step: Step, types: readonly QuestionType[]) {
  walk.lookups += 1
  const name = domain === null ? step.domain : expandDomain(domain, { current: step.domain, sender: walk.sender })
  // One that depends on the sender cannot be looked up now; one that cannot exist matches nobody (RFC 7208 §4.8).
  if (name === null || !isAskable(name)) return
  const answers = await Promise.all(types.map((type) => walk.asker.lookUp(name, type)))
  const untold = answers.find((answer) => !isTold(answer))
  if (answers.some(({ status }) => status === 'NOERROR')) {
    const exchanges = answers.reduce((count, { records }) => count + records.length, 0)
    if (types.includes('MX') && exchanges > allowedExchanges) {
      walk.errors.push({ code: 'too-many-mx', domain: step.domain, term: text })
    }
  } else if (untold) walk.unresolved.push({ term: text, reason: whyNot(untold) })
  else walk.voidLookups += 1
}
