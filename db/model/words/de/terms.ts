import type { terms as english } from '../en/terms.ts'

/** Namen für die Kürzel des Produkts, wie sie mitten im Satz stehen. */
export const terms: typeof english = {
  severity: { critical: 'kritisch', high: 'hoch', medium: 'mittel', low: 'niedrig', info: 'Hinweis' },
  findingState: { open: 'offen', fixed: 'behoben', regressed: 'wieder aufgetreten' },
  decision: { none: 'keine', accepted: 'akzeptiert', 'false-positive': 'Fehlalarm' },
  changeKind: {
    opened: 'neu',
    fixed: 'behoben',
    regressed: 'wieder aufgetreten',
    recalibrated: 'neu bewertet',
    confirmed: 'bestätigt',
    accepted: 'akzeptiert',
    'false-positive': 'als Fehlalarm eingestuft',
    reopened: 'nicht mehr akzeptiert',
    severity: 'anders eingestuft',
  },
  scanStatus: {
    queued: 'wartet',
    running: 'läuft',
    completed: 'abgeschlossen',
    failed: 'fehlgeschlagen',
    cancelled: 'abgebrochen',
    refused: 'abgelehnt',
  },
  runStatus: {
    queued: 'wartet',
    running: 'läuft',
    completed: 'abgeschlossen',
    inconclusive: 'nicht zu klären',
    failed: 'fehlgeschlagen',
    cancelled: 'abgebrochen',
    refused: 'abgelehnt',
    'not-asked': 'nicht gefragt',
  },
  role: { owner: 'Inhaber', admin: 'Admin', operator: 'Operator', viewer: 'Betrachter' },
}
