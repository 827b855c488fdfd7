export const dmarcPolicies = ['none', 'quarantine', 'reject'] as const
export type DmarcPolicyName = (typeof dmarcPolicies)[number]

export const dmarcErrorCodes = [
  'multiple-records',
  'version-not-first',
  'malformed-tag',
  'duplicate-tag',
  'unknown-policy',
] as const
export type DmarcErrorCode = (typeof dmarcErrorCodes)[number]

export interface DmarcRecord {
  /** What a receiver does by this record; null where it ignores the record. */
  readonly p: DmarcPolicyName | null
  /** For subdomains: its own, else that of `p`. */
  readonly sp: DmarcPolicyName | null
  /** For subdomains that do not exist: its own, else that of `sp`. */
  readonly np: DmarcPolicyName | null
  /** True where the record says that the policy is only tried out (t=y). */
  readonly isTesting: boolean
  /** Share of mail that receivers before RFC 9989 apply the policy to; null where it is not said. */
  readonly pct: number | null
  /** Where reports go (rua), as it is written. */
  readonly rua: readonly string[]
  readonly errors: readonly DmarcErrorCode[]
}

/** Whether a TXT record at `_dmarc` is meant to be DMARC, rightly written or not. */
export const looksLikeDmarc = (text: string) => /(?:^|;)[ \t]*v[ \t]*=[ \t]*dmarc/i.test(text)

/** Reads a record by RFC 9989 §4.7, and applies what §4.10.1 says of one with mistakes. Never throws. */
export function readDmarc(text: string): DmarcRecord {
  const errors = new Set<DmarcErrorCode>()
  const tags = readTags(text, errors)
  const rua = (tags.get('rua') ?? '')
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '')
  const facts = { isTesting: tags.get('t')?.toLowerCase() === 'y', pct: readPercent(tags.get('pct')), rua }
  const policies = readPolicies(tags, errors, rua)
  return { ...policies, ...facts, errors: [...errors].sort() }
}

/** `v=DMARC1` comes first, with these capitals; anything else is no DMARC record. */
const startsWithVersion = (text: string) => /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text)

function readTags(text: string, errors: Set<DmarcErrorCode>): Map<string, string> {
  if (!startsWithVersion(text)) errors.add('version-not-first')
  const tags = new Map<string, string>()
  for (const part of text.split(';')) {
    if (part.trim() === '') continue
    const [, name = '', value = ''] = /^[ \t]*([a-z][a-z0-9_]*)[ \t]*=(.*)$/is.exec(part) ?? []
    const tag = name.toLowerCase()
    if (tag === '') errors.add('malformed-tag')
    else if (tags.has(tag)) errors.add('duplicate-tag')
    else tags.set(tag, value.trim())
  }
  return tags
}

const nobody = { p: null, sp: null, np: null }
const everybodyNone = { p: 'none', sp: 'none', np: 'none' } as const

function readPolicies(tags: ReadonlyMap<string, string>, errors: Set<DmarcErrorCode>, rua: readonly string[]) {
  if (errors.has('version-not-first')) return nobody
  const [p, sp, np] = ['p', 'sp', 'np'].map((tag) => readPolicy(tags.get(tag)))
  if (p === null || sp === null || np === null) {
    errors.add('unknown-policy')
    // Whoever asks for reports is taken to mean "none"; otherwise the record does nothing.
    return rua.some((uri) => /^mailto:[^@\s]+@[^@\s]+$/i.test(uri)) ? everybodyNone : nobody
  }
  // A record without `p` counts as "none" (RFC 9989 §4.7).
  return { p: p ?? 'none', sp: sp ?? p ?? 'none', np: np ?? sp ?? p ?? 'none' }
}

/** Undefined where the tag is missing, null where its value is no policy. */
function readPolicy(value: string | undefined): DmarcPolicyName | null | undefined {
  if (value === undefined) return undefined
  return dmarcPolicies.find((policy) => policy === value.toLowerCase()) ?? null
}

const readPercent = (value: string | undefined) =>
  value !== undefined && /^\d{1,3}$/.test(value) && Number(value) <= 100 ? Number(value) : null
