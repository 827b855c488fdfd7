import { hostOf } from './location.ts'
import { breaksPrefix, type Cookie, deletes, largestCookie, maySetDomain } from './policy/set-cookie.ts'

const mostCookies = 50
const largestHeader = 8192

interface Kept extends Cookie {
  readonly host: string
  readonly path: string
}

/** The cookies of one walk, kept and sent as a browser does (RFC 6265bis §5.7, §5.8), in memory only and gone with the walk. */
export class CookieJar {
  readonly #kept = new Map<string, Kept>()

  store(url: URL, cookies: readonly Cookie[], now: Date): void {
    for (const cookie of cookies) {
      if (!isTaken(cookie, url)) continue
      const kept = { ...cookie, host: cookie.domain ?? hostOf(url), path: cookie.path ?? defaultPath(url) }
      const key = [kept.host, kept.domain === null, kept.path, kept.name].join('\n')
      this.#kept.delete(key)
      if (!deletes(cookie, now) && this.#kept.size < mostCookies) this.#kept.set(key, kept)
    }
  }

  /** The value of the Cookie field for this URL; empty when there is none to send. */
  headerFor(url: URL): string {
    const pairs = [...this.#kept.values()]
      .filter((cookie) => isFor(cookie, url))
      .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
    const header = pairs.join('; ')
    return header.length > largestHeader ? '' : header
  }
}

function isTaken(cookie: Cookie, url: URL): boolean {
  const overHttps = url.protocol === 'https:'
  if (cookie.name.length + cookie.value.length > largestCookie) return false
  if (cookie.secure && !overHttps) return false
  if (cookie.sameSite === 'none' && !cookie.secure) return false
  if (cookie.domain !== null && !maySetDomain(hostOf(url), cookie.domain)) return false
  return !breaksPrefix(cookie, overHttps)
}

function isFor({ host, domain, path, secure }: Kept, url: URL): boolean {
  const asked = hostOf(url)
  const isHost = asked === host || (domain !== null && asked.endsWith(`.${host}`))
  const { pathname } = url
  const isPath =
    pathname === path || (pathname.startsWith(path) && (path.endsWith('/') || pathname[path.length] === '/'))
  return isHost && isPath && (!secure || url.protocol === 'https:')
}

/** §5.1.4. */
const defaultPath = ({ pathname }: URL): string => pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')))
