import { foreignText } from '#db/model/text.ts'
import type { Received } from './ask.ts'
import { hostOf } from './location.ts'
import { codingsOf } from './message/body.ts'
import type { Decoded } from './message/decode.ts'
import { valuesOf } from './message/fields.ts'
import type { Field, Head } from './message/head.ts'
import { mediaTypeOf } from './message/media-type.ts'
import { parseHsts } from './policy/hsts.ts'
import { type Cookie, deletes, maySetDomain, parseSetCookie } from './policy/set-cookie.ts'
import { type CookieFact, type HstsFact, most, type ResponseFact } from './schema.ts'

/** A URL as it is kept: without a fragment, cut where it is longer than anybody reads. */
export const shownUrl = ({ href }: URL): string => foreignText(href, most.url)
export const shownLocation = (location: string): string => foreignText(location, most.url)

/** Every cookie that a response sets and a browser finds. */
export const cookiesOf = ({ fields }: Head): Cookie[] =>
  valuesOf(fields, 'set-cookie').flatMap((value) => parseSetCookie(value) ?? [])

/** What is kept of a response: its head byte by byte within limits, and read off the whole of it what rules ask for. */
export function responseFact(url: URL, received: Received, decoded: Decoded, now: Date): ResponseFact {
  const { head, deviations, interimResponses } = received
  const cookies = cookiesOf(head)
  const type = mediaTypeOf(head.fields)
  return {
    version: foreignText(head.version, 16),
    status: head.status,
    reasonPhrase: foreignText(head.reasonPhrase, most.word),
    mediaType: type && foreignText(type.essence, most.word),
    interimResponses,
    fields: head.fields.slice(0, most.fields).map(fieldFact),
    fieldCount: head.fields.length,
    deviations: [...deviations],
    hsts: hstsFact(head),
    cookies: cookies.slice(0, most.cookies).map((cookie) => cookieFact(cookie, url, now)),
    cookieCount: cookies.length,
    disclosures: disclosuresOf(head),
    body: bodyFact(received, decoded),
  }
}

function fieldFact({ name, value }: Field): ResponseFact['fields'][number] {
  const isCookie = name.toLowerCase() === 'set-cookie'
  const text = isCookie ? withoutCookieValue(value) : value
  return {
    name: foreignText(name, most.name),
    value: foreignText(text, most.value),
    octets: value.length,
    kept: text.length > most.value ? 'cut' : isCookie ? 'without-cookie-value' : 'whole',
  }
}

/** A cookie's value is somebody's secret: its length stands in its place. */
function withoutCookieValue(field: string): string {
  const end = field.indexOf(';') === -1 ? field.length : field.indexOf(';')
  const equals = field.slice(0, end).indexOf('=')
  return `${field.slice(0, equals + 1)}<${end - equals - 1} octets>${field.slice(end)}`
}

function hstsFact({ fields }: Head): HstsFact | null {
  const [first, ...others] = valuesOf(fields, 'strict-transport-security')
  if (first === undefined) return null
  return { fieldCount: 1 + others.length, value: foreignText(first, most.value), policy: parseHsts(first) }
}

function cookieFact(cookie: Cookie, url: URL, now: Date): CookieFact {
  const { name, value, secure, httpOnly, sameSite, domain, path } = cookie
  return {
    name: foreignText(name, most.name),
    octets: name.length + value.length,
    secure,
    httpOnly,
    sameSite,
    domain: domain === null ? null : foreignText(domain, most.name),
    mayHaveDomain: domain === null || maySetDomain(hostOf(url), domain),
    path: path === null ? null : foreignText(path, most.name),
    deletes: deletes(cookie, now),
  }
}

/** Server, and what frameworks add of themselves. */
const disclosingFields = [
  'server',
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-generator',
  'x-drupal-cache',
]

const disclosuresOf = ({ fields }: Head): ResponseFact['disclosures'] =>
  fields
    .filter(({ name, value }) => disclosingFields.includes(name.toLowerCase()) && value !== '')
    .slice(0, most.disclosures)
    .map(({ name, value }) => ({ name: foreignText(name, most.name), value: foreignText(value, most.word) }))

function bodyFact({ head, body, bodyEnd }: Received, { bytes, end }: Decoded): ResponseFact['body'] {
  if (bodyEnd === 'not-read') return null
  const codings = codingsOf(head).slice(0, 10)
  return {
    end: bodyEnd,
    octets: body.length,
    codings: codings.map((coding) => foreignText(coding, most.word)),
    decoded: end,
    decodedOctets: bytes.length,
  }
}
