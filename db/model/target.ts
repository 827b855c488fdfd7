import { domainToASCII, domainToUnicode } from 'node:url'
import { canonicalAddress } from './address.ts'
import { DomainError } from './errors.ts'

/** `record-name` is a name that only the DNS may hold, such as `_dmarc.example.org`: no host answers to it (RFC 8552). */
export const targetKinds = ['name', 'address', 'record-name'] as const
export type TargetKind = (typeof targetKinds)[number]

/** What is scanned: a name as A-labels in lower case without the root dot, or an address in its one canonical spelling (RFC 5952). */
export interface Target {
  readonly kind: TargetKind
  readonly canonical: string
  /** The same in Unicode, for people (RFC 5891); equals `canonical` where there is nothing to decode. */
  readonly display: string
}

/** Why a spelling is no target: what is said to the caller, and the document behind it. */
export const spellingRules = {
  'empty-target': { says: 'Nothing was given.', reference: 'RFC 1123 §2.1' },
  'target-too-long': { says: 'The text is longer than any host name.', reference: 'RFC 1035 §2.3.4' },
  'invisible-character': {
    says: 'It contains a space, a control character or one that cannot be seen.',
    reference: 'RFC 5892 §2.6',
  },
  'not-a-host': {
    says: 'Give the host alone: no scheme, path, query or list.',
    reference: 'RFC 3986 §3.2.2',
  },
  'address-range': { says: 'Give one address: ranges are not scanned.', reference: 'RFC 4632' },
  'user-information': { says: 'Give the host alone: nothing may stand before an @.', reference: 'RFC 3986 §3.2.1' },
  'port-in-target': {
    says: 'Give the host without a port: ports are options of a scanner.',
    reference: 'RFC 3986 §3.2.3',
  },
  'zone-id': { says: 'An address with a zone means something on one machine only.', reference: 'RFC 4007 §11' },
  'malformed-address': { says: 'That is no IPv6 address.', reference: 'RFC 4291 §2.2' },
  'odd-literal': {
    says: 'A name cannot end in a number, and an IPv4 address is written as four plain decimals.',
    reference: 'RFC 6943 §3.1.1',
  },
  'forbidden-character': {
    says: 'A host name has letters, digits, hyphens and dots only.',
    reference: 'RFC 1123 §2.1',
  },
  'invalid-idn': { says: 'That is no valid internationalised name.', reference: 'UTS #46, RFC 5891 §4' },
  'empty-label': { says: 'Two dots stand side by side, or one stands in front.', reference: 'RFC 1035 §2.3.1' },
  'label-too-long': { says: 'A part between two dots is longer than 63 characters.', reference: 'RFC 1035 §2.3.4' },
  'name-too-long': { says: 'The name is longer than 253 characters.', reference: 'RFC 1035 §2.3.4' },
  'malformed-label': {
    says: 'A part between two dots may not begin or end with a hyphen, nor hold an underscore but in front.',
    reference: 'RFC 1123 §2.1, RFC 8552 §1.1',
  },
} as const satisfies Record<string, { says: string; reference: string }>
export type SpellingRule = keyof typeof spellingRules

/**
 * Reads a host name, an IPv4 address of four decimals, or an IPv6 address, bracketed or bare. Looks at the spelling only:
 * whether the host may be touched is the guard's question.
 * @throws DomainError `invalid-target` with the spelling rule that it breaks
 */
export function parseTarget(text: string): Target {
  const broken = brokenBeforeNames(text)
  if (broken) throw refused(broken)
  const address = readAddress(text)
  if (address !== null) return { kind: 'address', canonical: address, display: address }
  return readName(text)
}

/** As `parseTarget`, for those who want the mistake as an answer. */
export function readTarget(text: string): Target | DomainError {
  try {
    return parseTarget(text)
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}

const refused = (rule: SpellingRule) => new DomainError('invalid-target', spellingRules[rule].says, rule)

// Joiners are invisible too, but some scripts need them: UTS #46 judges where they may stand.
const invisible = /[\p{C}\p{Z}]|(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/u

/** What shows that a text is something else than one host, told apart so that the sentence helps. */
function brokenBeforeNames(text: string): SpellingRule | null {
  if (text === '') return 'empty-target'
  if (text.length > 1000) return 'target-too-long'
  if (invisible.test(text.replaceAll(/[\u200c\u200d]/g, ''))) return 'invisible-character'
  if (/^[\d.:a-f]+\/\d+$/i.test(text)) return 'address-range'
  if (/[/\\?#,;]/.test(text)) return 'not-a-host'
  if (text.includes('@')) return 'user-information'
  return null
}

function readAddress(text: string): string | null {
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1]
  const literal = bracketed ?? text
  if (!literal.includes(':')) {
    if (bracketed !== undefined) throw refused('malformed-address')
    return canonicalAddress(literal)
  }
  if (literal.includes('%')) throw refused('zone-id')
  const canonical = canonicalAddress(literal)
  if (canonical !== null) return canonical
  throw refused(/^(\[.*\]|[^:[\]]+):\d*$/.test(text) ? 'port-in-target' : 'malformed-address')
}

function readName(text: string): Target {
  if (/[\0-\x7f]/.test(text.replaceAll(/[a-z0-9._-]/gi, ''))) throw refused('forbidden-character')
  const ascii = /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : domainToASCII(text)
  // The parser refuses what it takes for an IPv4 address and finds none.
  if (ascii === '') throw refused(endsInNumber(text.normalize('NFKC')) ? 'odd-literal' : 'invalid-idn')
  const canonical = ascii.replace(/\.$/, '')
  const labels = canonical.split('.')
  if (canonical.length > 253) throw refused('name-too-long')
  for (const label of labels) {
    const broken = brokenLabel(label)
    if (broken) throw refused(broken)
  }
  if (endsInNumber(canonical)) throw refused('odd-literal')
  const kind = labels.some((label) => label.startsWith('_')) ? 'record-name' : 'name'
  return { kind, canonical, display: domainToUnicode(canonical) || canonical }
}

/** Such a text is an IPv4 address in some spelling to one parser or another (WHATWG URL §3.5, "ends in a number"). */
function endsInNumber(text: string): boolean {
  const last =
    text
      .replace(/[.。．｡]$/, '')
      .split(/[.。．｡]/)
      .at(-1) ?? ''
  return /^(\d+|0x[0-9a-f]*)$/i.test(last)
}

function brokenLabel(label: string): SpellingRule | null {
  if (label === '') return 'empty-label'
  if (label.length > 63) return 'label-too-long'
  if (!/^_?[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label)) return 'malformed-label'
  // An A-label that does not survive the way there and back stands for nothing (RFC 5891 §5.4).
  if (label.startsWith('xn--') && !isALabel(label)) return 'invalid-idn'
  return null
}

function isALabel(label: string): boolean {
  const decoded = domainToUnicode(label)
  return decoded !== label && domainToASCII(decoded) === label
}
