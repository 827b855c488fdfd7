import { list, number } from './format.ts'
import { inBoth } from './language.ts'

/** What is said of lists of many hosts, beside what `tell` says. */
export const batches = inBoth({
  en: {
    nameHint: 'So that you know it again',
    fileHint:
      'CSV with a head, or lines of JSON; up to 100,000 rows and 32 MiB. Further columns: scanners and maxAge for scans; name, tags, ownerContact and note for targets.',
    pasteHint: 'Hosts and addresses, or a table with the column target in its head',
    dryRunHint: 'Nothing is asked of any host before you start it.',
    scanners: 'Say which scanners ask',
    ignored: (columns: readonly string[]) => `Columns that mean nothing here were left aside: ${list(columns)}.`,
    badRows: (n: number) => (n === 1 ? '1 row cannot be scanned' : `${number(n)} rows cannot be scanned`),
    badText:
      'The reason stands beside each. A bad row stops none of the others; mended, it can be given in a list of its own.',
    showBad: 'Show them',
    previewed: (n: number) =>
      `Nothing was asked yet. ${n === 1 ? '1 host waits' : `${number(n)} hosts wait`} for you to start it.`,
    progress: (done: number, all: number) => `${number(done)} of ${number(all)} have ended`,
    isNew: 'new here',
    isKnown: 'known',
    target: 'Read as',
    cancelTitle: 'Cancel this list?',
    cancelText:
      'Rows that wait are not scanned. Scans that run are cancelled, and keep what was answered until then. What has ended stays, and no finding closes because of it.',
    goOn: 'Let it go on',
  },
  de: {
    nameHint: 'Damit Sie sie wiedererkennen',
    fileHint:
      'CSV mit Kopfzeile oder Zeilen von JSON; bis zu 100.000 Zeilen und 32 MiB. Weitere Spalten: scanners und maxAge für Scans; name, tags, ownerContact und note für Ziele.',
    pasteHint: 'Hosts und Adressen oder eine Tabelle mit der Spalte target in der Kopfzeile',
    dryRunHint: 'Kein Host wird gefragt, bevor Sie die Liste starten.',
    scanners: 'Sagen, welche Scanner fragen',
    ignored: (columns: readonly string[]) => `Spalten, die hier nichts bedeuten, blieben beiseite: ${list(columns)}.`,
    badRows: (n: number) =>
      n === 1 ? '1 Zeile lässt sich nicht scannen' : `${number(n)} Zeilen lassen sich nicht scannen`,
    badText:
      'Der Grund steht jeweils daneben. Eine schlechte Zeile hält keine andere auf; berichtigt passt sie in eine eigene Liste.',
    showBad: 'Zeigen',
    previewed: (n: number) =>
      `Noch wurde nichts gefragt. ${n === 1 ? '1 Host wartet' : `${number(n)} Hosts warten`} darauf, dass Sie starten.`,
    progress: (done: number, all: number) => `${number(done)} von ${number(all)} sind fertig`,
    isNew: 'neu hier',
    isKnown: 'bekannt',
    target: 'Gelesen als',
    cancelTitle: 'Diese Liste abbrechen?',
    cancelText:
      'Wartende Zeilen werden nicht gescannt. Laufende Scans werden abgebrochen und behalten, was bis dahin beantwortet ist. Was fertig ist, bleibt, und kein Befund wird deshalb geschlossen.',
    goOn: 'Weiterlaufen lassen',
  },
})
