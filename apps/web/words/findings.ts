import { inBoth } from './language.ts'

/** Reasons as the API codes them, in words; one that is new here is shown by its code. */
const reasons: Readonly<Record<string, string>> = inBoth<Record<string, string>>({
  en: {
    'no-answer': 'nothing answered',
    'timed-out': 'nothing answered in time',
    unreachable: 'it could not be reached',
    deadline: 'the scan’s time was over',
    'never-started': 'no worker took it in time',
    'crashed-too-often': 'it ended every worker that took it',
    'no-proof': 'nobody has proved that it is theirs',
    'not-allowed': 'it may not be touched',
    'protocol-error': 'what answered did not keep to the protocol',
    internal: 'a fault of ours, which is in the log',
    cancelled: 'somebody cancelled it',
    'opted-out': 'its owner does not want to be scanned',
    'do-not-scan': 'its owner does not want to be scanned',
    'not-retested': 'the last scan could not tell again',
  },
  de: {
    'no-answer': 'nichts hat geantwortet',
    'timed-out': 'in der Zeit kam keine Antwort',
    unreachable: 'es war nicht zu erreichen',
    deadline: 'die Zeit des Scans war um',
    'never-started': 'kein Worker hat ihn rechtzeitig genommen',
    'crashed-too-often': 'daran ist jeder Worker gescheitert',
    'no-proof': 'niemand hat nachgewiesen, dass es ihm gehört',
    'not-allowed': 'es darf nicht berührt werden',
    'protocol-error': 'die Antwort hielt sich nicht ans Protokoll',
    internal: 'ein Fehler von uns; er steht im Log',
    cancelled: 'jemand hat ihn abgebrochen',
    'opted-out': 'der Eigentümer möchte nicht gescannt werden',
    'do-not-scan': 'der Eigentümer möchte nicht gescannt werden',
    'not-retested': 'der letzte Scan konnte es nicht erneut klären',
  },
})

/** Why something could not be told, or was not done. */
export const reasonOf = (code: string): string => reasons[code] ?? code.replaceAll('-', ' ')

interface Told {
  readonly rule: string
  readonly title: string
  readonly remedy: string
}

export const titleOf = ({ title }: Pick<Told, 'rule' | 'title'>): string => title
export const remedyOf = ({ remedy }: Pick<Told, 'rule' | 'remedy'>): string => remedy
