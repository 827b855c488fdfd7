import { inBoth } from './language.ts'

export const scans = inBoth({
  en: {
    list: 'Scans, the newest first',
    all: 'All states',
    target: 'Host',
    targetHint: 'Exactly, such as shop.example',
    filter: 'Show',
    asked: 'Asked',
    ended: 'Ended',
    results: 'Results',
    empty: 'No scan is like this',
    emptyText: 'A scan asks a host what it shows, once. Begin with one of yours.',
    begin: 'New scan',
  },
  de: {
    list: 'Scans, die neuesten zuerst',
    all: 'Jeder Stand',
    target: 'Host',
    targetHint: 'Genau, etwa shop.example',
    filter: 'Zeigen',
    asked: 'Gefragt',
    ended: 'Beendet',
    results: 'Ergebnisse',
    empty: 'So einen Scan gibt es nicht',
    emptyText: 'Ein Scan fragt einen Host einmal, was er zeigt. Ein eigener Host ist der beste Anfang.',
    begin: 'Neuer Scan',
  },
})
