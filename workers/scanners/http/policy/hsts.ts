import { splitOutsideQuotes } from '../message/blanks.ts'

/** What a Strict-Transport-Security field says once its grammar holds (RFC 6797 §6.1). */
export interface HstsPolicy {
  readonly maxAgeSeconds: number
  readonly includeSubDomains: boolean
  /** The word of the preload list; no part of the RFC. */
  readonly preload: boolean
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const directive = new RegExp(`^(${token})(?:[ \\t]*=[ \\t]*(?:(${token})|"((?:[^"\\\\]|\\\\.)*)"))?$`)

/** The policy in a field's value; null where the grammar rejects it, so that browsers heed nothing of it. */
export function parseHsts(value: string): HstsPolicy | null {
  const directives = new Map<string, string | null>()
  for (const part of splitOutsideQuotes(value, ';')) {
    if (part === '') continue
    const [whole, name, plain, quoted] = directive.exec(part) ?? []
    if (whole === undefined || name === undefined || directives.has(name.toLowerCase())) return null
    directives.set(name.toLowerCase(), plain ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? null)
  }
  const maxAge = directives.get('max-age') ?? ''
  const includeSubDomains = directives.get('includesubdomains')
  // A value on a directive that takes none breaks the field as a missing one does (§6.1.2).
  if (!/^\d+$/.test(maxAge) || typeof includeSubDomains === 'string') return null
  return {
    maxAgeSeconds: Math.min(Number(maxAge), Number.MAX_SAFE_INTEGER),
    includeSubDomains: includeSubDomains === null,
    preload: directives.get('preload') === null,
  }
}
