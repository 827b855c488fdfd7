import { getPublicSuffix } from 'tldts'
import { familyOf } from '#db/model/address.ts'
import { trimBlanks } from '../message/blanks.ts'

export const sameSites = ['strict', 'lax', 'none', 'unknown'] as const
export type SameSite = (typeof sameSites)[number]

/** A cookie as a Set-Cookie field sets it (RFC 6265bis §5.6). Its value goes no further than the walk that it was sent in. */
export interface Cookie {
  readonly name: string
  readonly value: string
  readonly secure: boolean
  readonly httpOnly: boolean
  /** Of the last SameSite attribute; `unknown` for a value that is none, null without the attribute. */
  readonly sameSite: SameSite | null
  /** Without its leading dot, in lower case; null for the host alone. */
  readonly domain: string | null
  readonly path: string | null
  readonly maxAgeSeconds: number | null
  readonly expires: Date | null
}

/** Null where a browser finds no cookie in it: a control character, or neither a name nor a value. */
export function parseSetCookie(field: string): Cookie | null {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(field)) return null
  const [pair = '', ...attributes] = field.split(';')
  const equals = pair.indexOf('=')
  const name = equals === -1 ? '' : trimBlanks(pair.slice(0, equals))
  const value = trimBlanks(pair.slice(equals + 1))
  if (name === '' && value === '') return null

  const last = new Map<string, string>()
  for (const attribute of attributes) {
    const [key = '', ...rest] = attribute.split('=')
    const said = trimBlanks(rest.join('='))
    // §5.6: an attribute's value of more than 1024 octets makes the attribute ignored.
    if (said.length <= 1024) accept(last, trimBlanks(key).toLowerCase(), said)
  }
  const maxAge = last.get('max-age')
  const path = last.get('path')
  return {
    name,
    value,
    secure: last.has('secure'),
    httpOnly: last.has('httponly'),
    sameSite: sameSiteOf(last.get('samesite')),
    domain: last.get('domain') || null,
    path: path?.startsWith('/') ? path : null,
    maxAgeSeconds: maxAge === undefined ? null : Number(maxAge),
    expires: cookieDate(last.get('expires') ?? ''),
  }
}

function accept(attributes: Map<string, string>, key: string, value: string): void {
  if (key === 'max-age' && !/^-?\d+$/.test(value)) return
  if (key === 'expires' && !cookieDate(value)) return
  attributes.set(key, key === 'domain' ? value.replace(/^\./, '').toLowerCase() : value)
}

function sameSiteOf(value: string | undefined): SameSite | null {
  if (value === undefined) return null
  const lower = value.toLowerCase()
  return lower === 'strict' || lower === 'lax' || lower === 'none' ? lower : 'unknown'
}

/** True for a cookie that only takes an older one away: it ends at once (§5.7). */
export function deletes({ maxAgeSeconds, expires }: Cookie, now: Date): boolean {
  if (maxAgeSeconds !== null) return maxAgeSeconds <= 0
  return expires !== null && expires <= now
}

/** Octets of name and value above which browsers drop a cookie (§5.6). */
export const largestCookie = 4096

/** Whether `host` may set a cookie for `domain`: itself, or a suffix of it that is no public suffix (§5.7). */
export function maySetDomain(host: string, domain: string): boolean {
  if (host === domain) return true
  // An address has no names above it.
  if (familyOf(host) !== null || !host.endsWith(`.${domain}`)) return false
  return getPublicSuffix(domain, { allowPrivateDomains: true }) !== domain
}

/** What the name's prefix demands and the cookie lacks, whatever the casing (§4.1.3): browsers drop it. */
export function breaksPrefix(
  { name, secure, domain, path }: Pick<Cookie, 'name' | 'secure' | 'domain' | 'path'>,
  overHttps: boolean,
): boolean {
  const lower = name.toLowerCase()
  const isSecure = secure && overHttps
  if (lower.startsWith('__host-')) return !isSecure || domain !== null || path !== '/'
  return lower.startsWith('__secure-') && !isSecure
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** The date of an Expires attribute by the forgiving algorithm of §5.1.1; null where it finds none. */
export function cookieDate(text: string): Date | null {
  let time: readonly number[] | null = null
  let day: number | null = null
  let month: number | null = null
  let year: number | null = null
  for (const token of text.split(/[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/)) {
    const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/.exec(token)
    const number = /^(\d{1,4})(?:\D|$)/.exec(token)?.[1]
    const named = months.indexOf(token.slice(0, 3).toLowerCase())
    if (!time && clock) time = clock.slice(1).map(Number)
    else if (day === null && number !== undefined && number.length <= 2) day = Number(number)
    else if (month === null && named !== -1) month = named
    else if (year === null && number !== undefined && number.length >= 2) year = Number(number)
  }
  if (!time || day === null || month === null || year === null) return null
  if (year >= 70 && year <= 99) year += 1900
  if (year < 70) year += 2000
  const [hour = 0, minute = 0, second = 0] = time
  if (day < 1 || day > 31 || year < 1601 || hour > 23 || minute > 59 || second > 59) return null
  const date = new Date(Date.UTC(year, month, day, hour, minute, second))
  return date.getUTCDate() === day ? date : null
}
