import type { Observation } from '#db/model/finding.ts'
import type { Rule } from '../../scanner.ts'
import { breaksPrefix, largestCookie } from '../policy/set-cookie.ts'
import type { CookieFact, HttpResult, ResponseFact } from '../schema.ts'
import { type Answer, Unknown } from './answer.ts'
import { type OriginAnswers, ofOrigins, ofPlainOrigins, ofSecureOrigins } from './origins.ts'

type HttpRule = Rule<HttpResult>

type IsWrong = (cookie: CookieFact, overHttps: boolean) => boolean

/** The names of the cookies that are wrong. One that only takes an older cookie away is not judged. */
const judge =
  (isWrong: IsWrong) =>
  ({ cookies, cookieCount }: ResponseFact, { scheme }: OriginAnswers): Answer => {
    const wrong = cookies.filter((cookie) => !cookie.deletes && isWrong(cookie, scheme === 'https'))
    if (wrong.length > 0) return { cookies: [...new Set(wrong.map(({ name }) => name))].slice(0, 20) }
    return cookieCount > cookies.length ? new Unknown('too-many-cookies') : false
  }

const ofCookies = (isWrong: IsWrong) => ofOrigins(judge(isWrong))

/** Whether the name looks like that of a session: what it opens is worth stealing. Tokens against forgery are made for scripts. */
const isSession = ({ name }: CookieFact) => /sess|auth|token|jwt|login|sid$/i.test(name) && !/csrf|xsrf/i.test(name)

/** A walk that broke off may have come back to plain HTTP, and what it would have been given there is not known. */
function unlessBrokenOff(seen: Observation, { walks: { http } }: HttpResult): Observation {
  const { subject, address, verdict } = seen
  const failure = http.hops.at(-1)?.failure
  if (verdict !== 'absent' || !failure || failure.outcome === 'refused') return seen
  return { subject, address, verdict: 'unknown', reason: `http-${failure.outcome}` }
}

export const cookieRules: readonly HttpRule[] = [
  {
    id: 'http/cookie-no-secure',
    title: 'A cookie may be sent over plain HTTP',
    severity: 'medium',
    remedy: 'Add Secure.',
    reference: 'RFC 6265bis §4.1.2.5',
    check: ofSecureOrigins(judge(({ secure }) => !secure)),
  },
  {
    id: 'http/cookie-no-httponly',
    title: 'Scripts can read a session cookie',
    severity: 'medium',
    remedy: 'Add HttpOnly.',
    reference: 'RFC 6265bis §4.1.2.6',
    check: ofCookies((cookie) => isSession(cookie) && !cookie.httpOnly),
  },
  {
    id: 'http/cookie-no-samesite',
    title: 'A session cookie does not say whether other sites may have it sent',
    severity: 'low',
    remedy: 'Add SameSite=Lax or Strict.',
    reference: 'RFC 6265bis §4.1.2.7',
    check: ofCookies((cookie) => isSession(cookie) && cookie.sameSite === null),
  },
  {
    id: 'http/cookie-none-insecure',
    title: 'A cookie for other sites lacks Secure, so browsers drop it',
    severity: 'low',
    remedy: 'Add Secure to a cookie with SameSite=None.',
    reference: 'RFC 6265bis §5.7',
    check: ofCookies(({ sameSite, secure }) => sameSite === 'none' && !secure),
  },
  {
    id: 'http/cookie-prefix-violation',
    title: 'A cookie breaks the rules of its name, so browsers drop it',
    severity: 'medium',
    remedy: '__Secure- takes Secure; __Host- takes Secure, Path=/ and no Domain; both over HTTPS.',
    reference: 'RFC 6265bis §4.1.3, §5.7',
    check: ofCookies(breaksPrefix),
  },
  {
    id: 'http/cookie-samesite-invalid',
    title: 'SameSite of a cookie has a value that browsers do not know',
    severity: 'low',
    remedy: 'Write Strict, Lax or None.',
    reference: 'RFC 6265bis §5.6',
    check: ofCookies(({ sameSite }) => sameSite === 'unknown'),
  },
  {
    id: 'http/cookie-domain-invalid',
    title: 'A cookie is for a domain that the host may not set it for, so browsers drop it',
    severity: 'low',
    remedy: 'Leave Domain out, or name the host itself or a registrable domain above it.',
    reference: 'RFC 6265bis §5.7',
    check: ofCookies(({ mayHaveDomain }) => !mayHaveDomain),
  },
  {
    id: 'http/cookie-over-http',
    title: 'A session cookie is set over plain HTTP',
    severity: 'medium',
    remedy: 'Set it over HTTPS only: whoever listens has it now.',
    reference: 'RFC 6265bis §5.7, §8.3',
    check: (result) => ofPlainOrigins(judge(isSession))(result).map((seen) => unlessBrokenOff(seen, result)),
  },
  {
    id: 'http/cookie-too-large',
    title: 'A cookie is too large, so browsers drop it',
    severity: 'info',
    remedy: 'Keep name and value within 4096 octets.',
    reference: 'RFC 6265bis §5.6',
    check: ofCookies(({ octets }) => octets > largestCookie),
  },
]
