import { type FactName, type Facts, type Told, told, untold } from '../facts.ts'
import { type IsoDate, readDate } from '../text/read-date.ts'
import { bareValue, hostOf, isRedacted } from '../text/values.ts'
import { listOf, memberOf, textOf } from './read-json.ts'

/** A domain object (RFC 9083 §5.3): the name it is about, and its facts. Whatever is not as it should be counts as not published. */
export interface RdapDomain extends Facts {
  readonly domain: string | null
  /** True where it names another RDAP service, the registrar's, that may know more. */
  readonly hasRelated: boolean
}

const maxItems = 64

export function readDomain(object: object): RdapDomain {
  const absence = (fact: FactName) => untold(isRedactedFact(object, fact) ? 'redacted' : 'not-published')
  const registrar = listOf(memberOf(object, 'entities')).find((entity) =>
    listOf(memberOf(entity, 'roles')).includes('registrar'),
  )
  const name = nameOf(registrar)
  const statuses = textsIn(memberOf(object, 'status'))
  return {
    domain: hostOf(textOf(memberOf(object, 'ldhName')) ?? textOf(memberOf(object, 'unicodeName')) ?? ''),
    hasRelated: listOf(memberOf(object, 'links')).some((link) => memberOf(link, 'rel') === 'related'),
    registrar: name === null ? absence('registrar') : isRedacted(name) ? untold('redacted') : told(bareValue(name)),
    registrarIanaId: ianaIdOf(registrar) ?? absence('registrarIanaId'),
    createdAt: eventOf(object, 'registration') ?? absence('createdAt'),
    updatedAt: eventOf(object, 'last changed') ?? absence('updatedAt'),
    expiresAt: eventOf(object, 'expiration') ?? absence('expiresAt'),
    statuses: statuses.length > 0 ? told(statuses) : absence('statuses'),
    nameServers: nameServersOf(object) ?? absence('nameServers'),
    dnssec: delegationOf(object) ?? absence('dnssec'),
  }
}

/** The registrar's name from its jCard (RFC 7095): `["vcard", [["fn", {}, "text", "Example Registrar"], …]]`. */
function nameOf(entity: unknown): string | null {
  const properties = listOf(listOf(memberOf(entity, 'vcardArray'))[1]).map(listOf)
  const valueOf = (name: string) => textOf(properties.find(([property]) => property === name)?.[3])
  return valueOf('fn') ?? valueOf('org') ?? null
}

function ianaIdOf(entity: unknown): Told<string> | null {
  const id = listOf(memberOf(entity, 'publicIds')).find(
    (publicId) => textOf(memberOf(publicId, 'type'))?.toLowerCase() === 'iana registrar id',
  )
  const identifier = memberOf(id, 'identifier')
  const digits = typeof identifier === 'number' ? String(identifier) : textOf(identifier)
  return digits !== null && /^\d{1,9}$/.test(digits) ? told(digits) : null
}

function eventOf(object: object, action: string): Told<IsoDate> | null {
  const event = listOf(memberOf(object, 'events')).find(
    (event) => textOf(memberOf(event, 'eventAction'))?.toLowerCase() === action,
  )
  const said = textOf(memberOf(event, 'eventDate'))
  if (said === null) return null
  const read = readDate(said)
  return 'date' in read ? told(read.date) : untold(read.problem, bareValue(said))
}

function nameServersOf(object: object): Told<readonly string[]> | null {
  const listed = memberOf(object, 'nameservers')
  if (!Array.isArray(listed)) return null
  const hosts = listOf(listed).flatMap(
    (server) => hostOf(textOf(memberOf(server, 'ldhName')) ?? textOf(memberOf(server, 'unicodeName')) ?? '') ?? [],
  )
  return told([...new Set(hosts)].sort().slice(0, maxItems))
}

function delegationOf(object: object): Told<boolean> | null {
  const secureDns = memberOf(object, 'secureDNS')
  const signed = memberOf(secureDns, 'delegationSigned')
  if (typeof signed === 'boolean') return told(signed)
  return listOf(memberOf(secureDns, 'dsData')).length > 0 ? told(true) : null
}

const textsIn = (value: unknown): string[] =>
  listOf(value)
    .flatMap((item) => textOf(item) ?? [])
    .map(bareValue)
    .slice(0, maxItems)

/** How a redaction names what it took away: by a registered name, in words, or by a JSONPath (RFC 9537 §4.2). */
const redactedNames: Readonly<Record<FactName, RegExp>> = {
  registrar: /registrar(?! registration)/i,
  registrarIanaId: /registrar(?! registration)/i,
  createdAt: /creat|registration date|'registration'/i,
  updatedAt: /updated|last changed/i,
  expiresAt: /expir/i,
  statuses: /\bstatus\b/i,
  nameServers: /name ?server/i,
  dnssec: /secureDNS|dnssec/i,
}

const isRedactedFact = (object: object, fact: FactName): boolean =>
  listOf(memberOf(object, 'redacted')).some((redaction) => {
    const name = memberOf(redaction, 'name')
    const words = [
      memberOf(name, 'type'),
      memberOf(name, 'description'),
      memberOf(redaction, 'prePath'),
      memberOf(redaction, 'postPath'),
    ]
    return words.some((word) => redactedNames[fact].test((textOf(word) ?? '').slice(0, 500)))
  })
