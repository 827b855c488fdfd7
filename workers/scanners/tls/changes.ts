import type { FactChange } from '../scanner.ts'
import type { ReadableCertificate, TlsResult } from './schema.ts'

/** What the server showed otherwise: its certificate, at all its addresses together, and the versions that it takes. */
export const changes = (before: TlsResult, after: TlsResult): FactChange[] => [
  ...certificateChange(before, after),
  ...protocolChanges(before, after),
]

/** A server's own certificates, at whatever address: several machines behind one name may show several. */
const shown = ({ addresses }: TlsResult) =>
  new Set(addresses.flatMap(({ chains }) => chains.flatMap(({ sent }) => sent.slice(0, 1))))

function certificateChange(before: TlsResult, after: TlsResult): FactChange[] {
  const [was, is] = [shown(before), shown(after)]
  if (was.size === 0 || is.size === 0 || (was.size === is.size && was.isSubsetOf(is))) return []
  const { subject } = after
  const facts = { subject, before: [...was].sort().join(' '), after: [...is].sort().join(' ') }
  if (!was.isDisjointFrom(is)) {
    const isEnding = is.isSubsetOf(was)
    return [
      isEnding
        ? {
            kind: 'certificate-rotation-ended',
            ...facts,
            sentence: `${subject} shows fewer certificates than before, and no new one.`,
          }
        : {
            kind: 'certificate-rotating',
            ...facts,
            sentence: `${subject} shows a new certificate beside the one before.`,
          },
    ]
  }
  const [old, next] = [newestOf(before, was), newestOf(after, is)]
  if (old !== null && next !== null && isRenewal(old, next))
    return [
      {
        kind: 'certificate-renewed',
        ...facts,
        data: { until: next.notAfter, was: old.notAfter },
        sentence: `The certificate of ${subject} was renewed: good until ${day(next.notAfter)} in place of ${day(old.notAfter)}.`,
      },
    ]
  const why = old === null || next === null ? {} : swapReasons(old, next)
  const said = Object.values(why).map(({ sentence }) => `, ${sentence}`)
  return [
    {
      kind: 'certificate-swapped',
      ...facts,
      data: Object.fromEntries(Object.entries(why).map(([reason, { data }]) => [reason, data])),
      sentence: `${subject} shows another certificate${said.join('')}.`,
    },
  ]
}

const newestOf = ({ certificates }: TlsResult, fingerprints: ReadonlySet<string>): ReadableCertificate | null =>
  certificates
    .filter((one): one is ReadableCertificate => one.readable && fingerprints.has(one.fingerprint))
    .sort((one, other) => other.notAfter.localeCompare(one.notAfter))[0] ?? null

const namesOf = ({ names }: ReadableCertificate) =>
  new Set(names.map(({ type, value }) => `${type}:${value.toLowerCase()}`))
/** The issuer's organisation and country: its intermediate may change from one renewal to the next. */
const issuerOf = ({ issuer }: ReadableCertificate) => /(?:^|,)\s*O\s*=\s*((?:\\.|[^,\\])*)/.exec(issuer)?.[1] ?? issuer

const isSameSet = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && one.isSubsetOf(other)

/** The same names by the same issuer, good for longer: what an automatic renewal does. */
const isRenewal = (old: ReadableCertificate, next: ReadableCertificate) =>
  isSameSet(namesOf(old), namesOf(next)) && issuerOf(old) === issuerOf(next) && next.notAfter > old.notAfter

/** What about the new one no renewal does: the data of it, and the words. */
const swapReasons = (
  old: ReadableCertificate,
  next: ReadableCertificate,
): Readonly<Record<string, { data: string; sentence: string }>> => ({
  ...(isSameSet(namesOf(old), namesOf(next)) ? {} : { names: { data: 'other', sentence: 'for other names' } }),
  ...(issuerOf(old) === issuerOf(next) ? {} : { issuer: { data: 'other', sentence: 'by another issuer' } }),
  ...(next.notAfter > old.notAfter
    ? {}
    : { until: { data: next.notAfter, sentence: `that ends no later (${day(next.notAfter)})` } }),
})

const day = (instant: string) => instant.slice(0, 10)

function protocolChanges(before: TlsResult, after: TlsResult): FactChange[] {
  const known = new Map(
    before.addresses.flatMap(({ address, protocols }) =>
      protocols.map(({ version, state }) => [`${version} ${address}`, state]),
    ),
  )
  return after.addresses.flatMap(({ address, protocols }) =>
    protocols.flatMap(({ version, state }): FactChange[] => {
      const was = known.get(`${version} ${address}`)
      if (was === undefined || was === state || was === 'unclear' || state === 'unclear') return []
      const subject = `${after.subject} at ${address}`
      const sentence = `${subject} ${state === 'accepted' ? 'takes' : 'no longer takes'} ${version}.`
      return [{ kind: `protocol-${state}`, subject, before: was, after: state, data: { version }, sentence }]
    }),
  )
}
