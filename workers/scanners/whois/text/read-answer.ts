import { type Facts, type Outcome, type Told, told, untold } from '../facts.ts'
import { dateOrders, statusesWithExpiry } from './habits.ts'
import { bareLabels, type Fact, factOf, labels } from './labels.ts'
import { type DateOrder, type IsoDate, orderShownBy, readDate } from './read-date.ts'
import { type Field, readFields } from './read-fields.ts'
import { type Place, placeUnder } from './places.ts'
import { sentenceIn } from './sentences.ts'
import { bareValue, hostOf, isBlank, isRedacted } from './values.ts'

/** What a WHOIS server's answer says. `domain` is the name it speaks of, which need not be the one that was asked. */
export interface Answer extends Facts {
  readonly outcome: Outcome
  readonly domain: string | null
  /** The server that it names as knowing more, as it is written there. */
  readonly referral: string | null
}

const maxItems = 64
const maxLines = 1000

/** Reads an answer to a question about `domain` (A-labels, lower case). Never throws; whatever it does not understand stays unknown. */
export function readAnswer(text: string, domain: string): Answer {
  const fields = readFields(text)
  const sentence = sentenceIn(text.split(/\r\n|\r|\n/, maxLines), domain)
  const named = domainOf(fields)
  // A server that answers "limit exceeded, reduced information" has left out what it might have told.
  const facts = factsOf(
    fields,
    dateOrderOf(text, fields, domain),
    sentence?.verdict === 'throttled' ? 'throttled' : 'not-published',
  )
  const outcome = outcomeOf(fields, named, facts) ?? sentence?.verdict ?? 'could-not-tell'
  const referral = candidates(fields, 'referral').find((value) => !isBlank(value) && !/\s/.test(value)) ?? null
  return { ...facts, outcome, domain: named ?? sentence?.about ?? null, referral }
}

function factsOf(fields: readonly Field[], order: DateOrder | null, absence: string): Facts {
  const date = (fact: Fact, more: readonly string[] = []) =>
    dateOf([...candidates(fields, fact), ...more], order, absence)
  const statuses = candidates(fields, 'statuses')
  const ianaIds = candidates(fields, 'registrarIanaId').filter((value) => /^\d{1,9}$/.test(value))
  return {
    registrar: textOf(registrarCandidates(fields), absence),
    registrarIanaId: textOf(ianaIds, absence),
    createdAt: date('createdAt'),
    updatedAt: date('updatedAt'),
    expiresAt: date('expiresAt', statuses.flatMap(expiryIn)),
    statuses: listOf(statuses.flatMap(statusesIn), absence),
    nameServers: listOf(nameServersIn(fields), absence),
    dnssec: dnssecOf(fields, absence),
  }
}

const expiryIn = (status: string): string[] => statusesWithExpiry.flatMap((pattern) => pattern.exec(status)?.[1] ?? [])

/** What the fields say about one fact: explicit labels first, in the order of the table, then bare ones in the order of the answer. */
function candidates(fields: readonly Field[], fact: Fact): string[] {
  const order: readonly string[] = labels[fact]
  const rank = ({ label }: Field) => (bareLabels.has(label) ? order.length : order.indexOf(label))
  return fields
    .filter(({ label, place }) => factOf(label) === fact && (!bareLabels.has(label) || mayHold(place, fact)))
    .sort((a, b) => rank(a) - rank(b))
    .map(({ value }) => value)
}

const mayHold = (place: Place, fact: Fact) => place === 'domain' || (place === 'name-servers' && fact === 'dnssec')

function registrarCandidates(fields: readonly Field[]): string[] {
  const inPlace = (...labels: string[]) =>
    fields.filter(({ label, place }) => place === 'registrar' && labels.includes(label))
  const named = fields.filter(
    ({ label, listed, place }) => factOf(label) === 'registrar' && !listed && place !== 'contact',
  )
  const order: readonly string[] = labels.registrar
  return [
    ...named.sort((a, b) => order.indexOf(a.label) - order.indexOf(b.label)),
    ...inPlace('organization', 'organisation', 'company'),
    ...inPlace('name'),
    ...fields.filter(({ label, listed }) => factOf(label) === 'registrar' && listed),
  ].map(({ value }) => value)
}

function nameServersIn(fields: readonly Field[]): string[] {
  const hosts = fields
    .filter(({ label, place, listed }) =>
      place === 'name-servers'
        ? listed || label === 'name' || factOf(label) === 'nameServers'
        : factOf(label) === 'nameServers' && !bareLabels.has(label),
    )
    .flatMap(({ value }) => hostsIn(value))
    .sort()
  const named = domainOf(fields)
  // `DNS: example.dk` beside real name servers is the domain once more.
  return hosts.some((host) => host !== named) ? hosts.filter((host) => host !== named) : hosts
}

/** The hosts of a line: `ns1.example.net 192.0.2.1`, `example.pt NS ns1.example.net.`, several with commas between them. */
function hostsIn(value: string): string[] {
  const words = value.split(/[\s,;|]+/, 16)
  const record = words.indexOf('NS')
  const named = record >= 0 ? words.slice(record + 1) : words
  return hostOf(named[0] ?? '') === null ? [] : named.flatMap((word) => hostOf(word) ?? [])
}

/** `clientHold https://icann.org/epp#clientHold`, `ok (paid and in zone)`, `ok - Normal state.`, `REGISTERED, DELEGATED`. */
const statusesIn = (value: string): string[] =>
  bareValue(value)
    .replace(/ *\([^()]*\)/g, '')
    .replace(/ +- .*$/, '')
    .split(/ *[,;] */, 16)
    .map((status) => status.replace(/\.$/, ''))
    .filter((status) => status !== '' && !isBlank(status))

function listOf(values: readonly string[], absence: string): Told<readonly string[]> {
  const unique = [...new Map(values.map((value) => [value.toLowerCase(), value])).values()]
  return unique.length > 0 ? told(unique.slice(0, maxItems)) : untold(absence)
}

function textOf(values: readonly string[], absence: string): Told<string> {
  const said = values.find((value) => !isBlank(value) && bareValue(value) !== '')
  if (said === undefined) return untold(absence)
  return isRedacted(said) ? untold('redacted') : told(bareValue(said))
}

function dateOf(values: readonly string[], order: DateOrder | null, absence: string): Told<IsoDate> {
  const said = values.filter((value) => !isBlank(value))
  const reads = said.map((value) => readDate(value.replace(/^\S+@\S+ /, ''), order))
  for (const read of reads) if ('date' in read) return told(read.date)
  const [read] = reads
  const [value] = said
  if (read === undefined || value === undefined || !('problem' in read)) return untold(absence)
  return isRedacted(value) ? untold('redacted') : untold(read.problem, bareValue(value))
}

/** Which of two numbers is the day, where the answer says so somewhere: in words, or by another date that can be read one way only. */
function dateOrderOf(text: string, fields: readonly Field[], domain: string): DateOrder | null {
  const declared =
    /date format {0,9}: {0,9}(dd|mm)[./-](?:mm|dd)\b/i.exec(text) ?? /\((dd|mm)[./-](?:mm|dd)[./-]yyyy\)/i.exec(text)
  if (declared) return declared[1]?.toLowerCase() === 'mm' ? 'month-first' : 'day-first'
  for (const { value } of fields) {
    const order = orderShownBy(value)
    if (order) return order
  }
  return dateOrders.get(domain.slice(domain.lastIndexOf('.') + 1)) ?? null
}

function dnssecOf(fields: readonly Field[], absence: string): Told<boolean> {
  for (const value of candidates(fields, 'dnssec')) {
    if (/^(?:signed|yes|true|active|secure|서명)/i.test(value)) return told(true)
    if (/^(?:un-?signed|no\b|none|false|inactive|insecure|not signed|미서명)/i.test(value)) return told(false)
  }
  return candidates(fields, 'dsRecord').some((value) => !isBlank(value)) ? told(true) : untold(absence)
}

function domainOf(fields: readonly Field[]): string | null {
  const named = [
    ...candidates(fields, 'domain'),
    ...fields.filter(({ label, place }) => place === 'domain' && label === 'name').map(({ value }) => value),
  ]
  for (const value of named) {
    const word = value.split(/\s/, 1)[0] ?? ''
    const host = hostOf(word)
    if (host) return host
    if (/^[a-z]{2,63}$/i.test(value)) return value.toLowerCase() // IANA answers about a top-level domain.
  }
  return null
}

/** Words in the place of a status that say that there is no registration. */
const statusVerdicts: readonly (readonly [Outcome, RegExp])[] = [
  [
    'not-found',
    /^(?:\d{3} )?(?:available|free|no object found|not registered|unregistered|not assigned|libre|disponible)$/i,
  ],
  ['reserved', /^(?:reserved|unassignable|prohibited|restricted|blocked by registry)$/i],
  ['throttled', /^\d{3} request denied$/i],
  ['invalid', /^(?:unavailable$|invalid$|\d{3} invalid )/i],
]
/** Words in the place of a status that are enough to know of a registration. */
const takenWords =
  /\b(?:ok|active|taken|registered|delegated|connect(?:ed)?|granted|published|suspended|expired|quarantined?|redemption|to be released|not available)\b|prohibited|hold\b/i

/** What a record says by being there; null where there is none, or none that says enough. */
function outcomeOf(fields: readonly Field[], named: string | null, facts: Facts): Outcome | null {
  const { statuses, ...others } = facts
  const words = 'value' in statuses ? statuses.value : []
  const byStatus = statusVerdicts.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0]
  if (byStatus) return byStatus
  const known = Object.values(others).filter((fact: Told<unknown>) => 'value' in fact).length
  if (named === null) return known > 1 ? 'registered' : null
  const hasContact = fields.some(
    ({ label, place, value }) => !isBlank(value) && (place === 'contact' || placeUnder(label) === 'contact'),
  )
  return known > 0 || hasContact || words.some((word) => takenWords.test(word)) ? 'registered' : null
}
