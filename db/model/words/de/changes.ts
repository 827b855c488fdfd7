import type { ChangedFact } from '../code-words.ts'

type Say = (change: ChangedFact) => string

const states: Readonly<Record<string, string>> = {
  open: 'offen',
  closed: 'geschlossen',
  filtered: 'ohne Antwort',
}
const stateOf = (state: string | null) => states[state ?? ''] ?? state ?? ''
const place = (subject: string) => subject.replace(' at ', ' an ')
const port: Say = ({ subject, before, after }) =>
  `${place(subject)} war ${stateOf(before)} und ist jetzt ${stateOf(after)}.`
const day = (iso: string | null | undefined) => (iso ?? '').slice(0, 10).replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3.$2.$1')

const says: Readonly<Record<string, Say>> = {
  'port-opened': port,
  'port-closed': port,
  'port-not-told': port,
  'record-not-told': ({ subject }) => `${subject} wurde zuvor beantwortet und diesmal nicht.`,
  'record-gone': ({ subject }) => `${subject} gibt es nicht mehr.`,
  'record-added': ({ subject }) => `${subject} gibt es jetzt.`,
  'record-changed': ({ subject }) => `${subject} sagt etwas anderes als zuvor.`,
  'certificate-rotation-ended': ({ subject }) => `${subject} zeigt weniger Zertifikate als zuvor und kein neues.`,
  'certificate-rotating': ({ subject }) => `${subject} zeigt neben dem bisherigen ein neues Zertifikat.`,
  'certificate-renewed': ({ subject, data }) =>
    `Das Zertifikat von ${subject} wurde erneuert: gültig bis ${day(data?.['until'])} statt bis ${day(data?.['was'])}.`,
  'certificate-swapped': ({ subject, data }) => {
    const why = [
      data?.['names'] !== undefined && 'für andere Namen',
      data?.['issuer'] !== undefined && 'von einem anderen Aussteller',
      data?.['until'] !== undefined && `nicht länger gültig als das bisherige (${day(data['until'])})`,
    ].filter((reason) => reason !== false)
    return `${subject} zeigt ein anderes Zertifikat${why.length === 0 ? '' : `: ${why.join(', ')}`}.`
  },
  'protocol-accepted': ({ subject, data }) => `${place(subject)} nimmt jetzt ${data?.['version']} an.`,
  'protocol-rejected': ({ subject, data }) => `${place(subject)} nimmt ${data?.['version']} nicht mehr an.`,
  'registration-renewed': ({ subject, before, after }) =>
    `${subject} wurde verlängert: bis ${day(after)} statt bis ${day(before)}.`,
  'registration-shortened': ({ subject, after }) => `${subject} läuft früher ab als zuvor: am ${day(after)}.`,
  'registrar-changed': ({ subject }) => `${subject} ist zu einem anderen Registrar gewechselt.`,
  'delegation-changed': ({ subject }) => `${subject} ist an andere Nameserver delegiert.`,
  'statuses-changed': ({ subject }) => `Die Status von ${subject} bei der Registry haben sich geändert.`,
}

/** Was sich geändert hat, in einem Satz; was hier niemand kennt, bleibt englisch. */
export const sayChange: Say = (change) => says[change.kind]?.(change) ?? change.sentence

export const changeKinds = Object.keys(says)
