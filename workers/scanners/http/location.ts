import type { RedirectFact } from './schema.ts'

/** The statuses whose Location is followed (Fetch, "redirect status"). */
const redirectStatuses = [301, 302, 303, 307, 308]

export const isRedirect = (status: number): boolean => redirectStatuses.includes(status)

/** Where a redirect leads. `target` is null exactly where the Location means no web address. */
export interface Lead {
  readonly location: string
  readonly target: URL | null
  readonly lead: 'follow' | Exclude<RedirectFact['lead'], 'followed' | 'limit' | 'loop'>
}

/** Reads the values of Location against the URL that was asked; only `host` and the names below it are followed. */
export function leadOf(values: readonly string[], from: URL, host: string): Lead {
  const [location = '', ...others] = new Set(values)
  if (location === '' && others.length === 0) return { location, target: null, lead: 'no-location' }
  const target = others.length > 0 ? null : parse(location, from)
  if (!target) return { location, target, lead: 'bad-location' }
  if (!belongsTo(target, host)) return { location, target, lead: 'off-site' }
  return { location, target, lead: blockedPorts.has(Number(target.port)) ? 'blocked-port' : 'follow' }
}

function parse(location: string, from: URL): URL | null {
  // What is no ASCII was read byte by byte, and is written so again: the octets are kept whatever their encoding.
  const ascii = location.replaceAll(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`)
  const target = URL.parse(ascii, from.href)
  if (!target || (target.protocol !== 'http:' && target.protocol !== 'https:')) return null
  target.hash = ''
  // Nobody told us to sign in anywhere.
  target.username = ''
  target.password = ''
  return target
}

/** The host of a URL as the door takes it: without the brackets of an IPv6 address and without the root's dot. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

export const belongsTo = (url: URL, host: string): boolean => hostOf(url) === host || hostOf(url).endsWith(`.${host}`)

export const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80)

/** `https://example.org/`: what findings are about. */
export const originOf = (url: string): string => `${new URL(url).origin}/`

/** Ports of other protocols, which no browser asks for a page (Fetch, "port blocking"). */
const blockedPorts = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
])
