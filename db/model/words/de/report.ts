import type { report as english } from '../en/report.ts'
import { formats } from './formats.ts'
import { terms } from './terms.ts'

const { number } = formats
const units: Readonly<Record<string, string>> = {
  ports: 'Ports',
  handshakes: 'Handshakes',
  queries: 'Abfragen',
  requests: 'Anfragen',
}

/** Was ein Bericht um die Befunde herum sagt. */
export const report: typeof english = {
  nothingKnown: 'Es ist nichts bekannt: Noch kein Scan hat etwas gesagt.',
  nothingWrong: 'Es wurde nichts Falsches gefunden',
  counted: (count, severity) =>
    severity === 'info' && count !== 1 ? `${number(count)} Hinweise` : `${number(count)} ${terms.severity[severity]}`,
  untoldToo: (count) => `; ${number(count)} nicht zu klären`,
  asOf: (when) => `Stand: ${when}.`,
  scan: (id, status, ended) => `Scan ${id}, ${status}${ended === null ? '' : `, beendet am ${ended}`}.`,
  findings: 'Befunde',
  bySeverity: 'Befunde nach Schweregrad',
  cut: 'Weitere Befunde sind ausgelassen: Ein Bericht fasst 5.000.',
  leftOut: 'Weitere Befunde sind ausgelassen.',
  untold: 'Nicht zu klären',
  untoldText: 'Danach wurde gefragt, ohne dass es sich feststellen ließ: Darüber wird nichts behauptet.',
  everything: 'Alles',
  allTargets: 'Alle Ziele',
  howFar: 'Wie weit der Scan kam',
  scanners: 'Scanner',
  scanner: 'Scanner',
  status: 'Status',
  answered: 'Beantwortet',
  answeredOf: (answered, asked, unit) => `${number(answered)} von ${number(asked)} ${units[unit] ?? unit}`,
  wereAnswered: (of) => `${of} beantwortet`,
  where: 'Wo',
  at: (addresses) => ` an ${addresses}`,
  state: 'Zustand',
  notRetested: ', vom letzten Scan nicht erneut geprüft',
  since: (when) => `, seit ${when}`,
  decision: 'Entscheidung',
  seen: (name) => `Gesehen, ${name}`,
  whatToDo: 'Was zu tun ist',
  restsOn: 'Beruht auf',
}
