import { inBoth } from './language.ts'

export const scans = inBoth({
  en: {
    list: 'Scans, the newest first',
    all: 'All states',
    target: 'Host',
    targetHint: 'Exactly, such as shop.example',
    asked: 'Asked',
    ended: 'Ended',
    results: 'Scanners that told',
    took: 'Took',
    rerun: 'asks a part again',
    none: 'Nothing was scanned yet',
    empty: 'No scan is like this',
    emptyText: 'A scan asks a host what it shows, once. Begin with one of yours.',
    begin: 'New scan',
  },
  de: {
    list: 'Scans, die neuesten zuerst',
    all: 'Jeder Stand',
    target: 'Host',
    targetHint: 'Genau, etwa shop.example',
    asked: 'Gefragt',
    ended: 'Beendet',
    results: 'Scanner mit Ergebnis',
    took: 'Dauer',
    rerun: 'fragt einen Teil noch einmal',
    none: 'Noch wurde nichts gescannt',
    empty: 'So einen Scan gibt es nicht',
    emptyText: 'Ein Scan fragt einen Host einmal, was er zeigt. Ein eigener Host ist der beste Anfang.',
    begin: 'Neuer Scan',
  },
})
