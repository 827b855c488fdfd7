import { familyOf } from '#db/model/address.ts'
import { isDomainSpec, isMacroString } from './spf-macros.ts'

export type Qualifier = '+' | '-' | '~' | '?'

export const mechanismNames = ['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists'] as const
export type MechanismName = (typeof mechanismNames)[number]

export interface Mechanism {
  readonly kind: 'mechanism'
  readonly text: string
  readonly qualifier: Qualifier
  readonly name: MechanismName
  /** A domain-spec whose macros are not expanded; null means the domain that the record belongs to. */
  readonly domain: string | null
  /** Prefix lengths of the addresses meant; null where the term names none of that family. */
  readonly prefix4: number | null
  readonly prefix6: number | null
}

export interface Modifier {
  readonly kind: 'modifier'
  readonly text: string
  readonly name: string
  readonly value: string
}

export type Term = Mechanism | Modifier

export interface SpfRecord {
  readonly terms: readonly Term[]
  /** Terms that break the grammar: one makes the whole record a permerror (RFC 7208 §4.6). */
  readonly unreadable: readonly string[]
}

/** The records among a name's TXT that are SPF (RFC 7208 §4.5). */
export const isSpf = (text: string) => /^v=spf1(?: |$)/i.test(text)

/** Reads a record by the grammar of RFC 7208 §12; the text begins with the version. Never throws. */
export function readSpf(text: string): SpfRecord {
  const terms: Term[] = []
  const unreadable: string[] = []
  const seen = new Set<string>()
  for (const word of text.split(' ').slice(1)) {
    if (word === '') continue
    const term = readTerm(word)
    const isTwice = term?.kind === 'modifier' && isSingle(term) && seen.has(term.name)
    if (term === null || isTwice) unreadable.push(word)
    else terms.push(term)
    if (term?.kind === 'modifier') seen.add(term.name)
  }
  return { terms, unreadable }
}

/** Each of these may stand once (RFC 7208 §6). */
const isSingle = ({ name }: Modifier) => name === 'redirect' || name === 'exp'

function readTerm(text: string): Term | null {
  const modifier = /^([a-z][a-z0-9._-]*)=(.*)$/is.exec(text)
  if (modifier) return readModifier(text, modifier[1] ?? '', modifier[2] ?? '')
  const [, qualifier = '', name = '', argument = ''] = /^([-+~?]?)([a-z][a-z0-9._-]*)(.*)$/is.exec(text) ?? []
  const known = mechanismNames.find((mechanism) => mechanism === name.toLowerCase())
  const read = known && readers[known](argument)
  if (!known || !read) return null
  // Safe cast: the pattern takes these four characters only.
  return { kind: 'mechanism', text, qualifier: (qualifier || '+') as Qualifier, name: known, ...read }
}

function readModifier(text: string, rawName: string, value: string): Modifier | null {
  const modifier: Modifier = { kind: 'modifier', text, name: rawName.toLowerCase(), value }
  const isValid = isSingle(modifier) ? isDomainSpec(value) : isMacroString(value)
  return isValid ? modifier : null
}

type Argument = Pick<Mechanism, 'domain' | 'prefix4' | 'prefix6'>

const none: Argument = { domain: null, prefix4: null, prefix6: null }

/** What may follow each name (RFC 7208 §5); null where something else does. */
const readers: Readonly<Record<MechanismName, (argument: string) => Argument | null>> = {
  all: (argument) => (argument === '' ? none : null),
  include: (argument) => (argument === '' ? null : readDomain(argument)),
  a: readDomainAndPrefixes,
  mx: readDomainAndPrefixes,
  ptr: readDomain,
  ip4: (argument) => readNetwork(argument, 4),
  ip6: (argument) => readNetwork(argument, 6),
  exists: (argument) => (argument === '' ? null : readDomain(argument)),
}

/** `""` or `:domain-spec`. */
function readDomain(argument: string): Argument | null {
  if (argument === '') return none
  return argument.startsWith(':') && isDomainSpec(argument.slice(1)) ? { ...none, domain: argument.slice(1) } : null
}

/** `:domain-spec/24//64`, each part optional (RFC 7208 §5.3). */
function readDomainAndPrefixes(argument: string): Argument | null {
  const [suffix = '', four, six] = /(?:\/(\d+))?(?:\/\/(\d+))?$/.exec(argument) ?? []
  const domain = readDomain(argument.slice(0, argument.length - suffix.length))
  const prefix4 = readPrefix(four, 32)
  const prefix6 = readPrefix(six, 128)
  return domain === null || prefix4 === null || prefix6 === null ? null : { ...domain, prefix4, prefix6 }
}

/** `:address` or `:address/length` (RFC 7208 §5.6). */
function readNetwork(argument: string, family: 4 | 6): Argument | null {
  const [, address = '', length] = /^:([0-9a-f.:]+)(?:\/(\d+))?$/i.exec(argument) ?? []
  const prefix = readPrefix(length, family === 4 ? 32 : 128)
  if (familyOf(address) !== family || prefix === null) return null
  return family === 4 ? { ...none, prefix4: prefix } : { ...none, prefix6: prefix }
}

/** The whole length where none is given; null for one that is no such number. */
function readPrefix(text: string | undefined, longest: number): number | null {
  if (text === undefined) return longest
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= longest ? Number(text) : null
}
