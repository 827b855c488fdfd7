import { number } from './format.ts'
import { inBoth } from './language.ts'

export const certificates = inBoth({
  en: {
    parts: 'Certificates and registrations',
    tabs: { certificates: 'Certificates', registrations: 'Registrations', served: 'Shown where' },
    needs: 'Needs you',
    needsNote: 'Ended, or so near its end that its usual renewal is overdue',
    inTime: 'In time',
    ends: 'Ends',
    began: 'Began',
    place: 'Where',
    issuer: 'Issued by',
    registrar: 'Kept by',
    seen: 'Last seen',
    left: (days: number) =>
      days < -1
        ? `ended ${number(-days)} days ago`
        : days < 0
          ? 'has just ended'
          : days === 0
            ? 'ends today'
            : days === 1
              ? 'ends tomorrow'
              : `ends in ${number(days)} days`,
    notRetested: 'Not re-tested',
    axis: 'Lifetimes on one axis: solid is the time left, pale the time passed, the line is today',
    emptyCertificates: 'No certificate was seen yet',
    emptyRegistrations: 'No registration was seen yet',
    emptyText: 'What the scans of watched hosts show stands here, with the day it ends.',
    statement: (n: number, isAll: boolean) =>
      isAll
        ? n === 1
          ? '1 needs you.'
          : `${number(n)} need you.`
        : `At least ${number(n)} need you: not all are shown yet.`,
    ended: 'Has ended',
    later: (n: number) => (n === 1 ? '1 ends later than that.' : `${number(n)} end later than that.`),
    none: 'None of those shown needs you: each ends later than its usual renewal.',
    months: 'Calendar',
    nothingInMonth: 'nothing ends',
    numbers: 'In numbers',
    text: 'Host, name or issuer',
    renewal: 'Renewal',
    anyRenewal: 'Any',
    renewals: { 'in-time': 'In time', overdue: 'Renewal overdue', ended: 'Ended' },
    counted: 'Counted',
    certificates: (n: number): string => (n === 1 ? 'certificate' : 'certificates'),
    places: (n: number) => (n === 1 ? 'at one port' : `at ${number(n)} ports`),
    overdue: 'renewal overdue',
    endedCount: 'ended',
    withoutSuccessor: 'without one that ends later beside it',
    emptyFiltered: 'No certificate matches',
    showAll: 'Show all',
    certificate: 'Certificate',
    further: (n: number) => `and ${number(n)} more`,
    otherNames: 'For other names',
    untrusted: (problem: string) => `Not trusted: ${problem}`,
    succeeded: 'Its successor is there',
    since: (day: string) => `valid since ${day}`,
    key: 'Key',
  },
  de: {
    parts: 'Zertifikate und Registrierungen',
    tabs: { certificates: 'Zertifikate', registrations: 'Registrierungen', served: 'Wo gezeigt' },
    needs: 'Braucht Sie',
    needsNote: 'Zu Ende, oder so nah daran, dass die übliche Erneuerung überfällig ist',
    inTime: 'Rechtzeitig',
    ends: 'Endet',
    began: 'Begann',
    place: 'Wo',
    issuer: 'Ausgestellt von',
    registrar: 'Verwaltet von',
    seen: 'Zuletzt gesehen',
    left: (days: number) =>
      days < -1
        ? `endete vor ${number(-days)} Tagen`
        : days < 0
          ? 'ist eben zu Ende gegangen'
          : days === 0
            ? 'endet heute'
            : days === 1
              ? 'endet morgen'
              : `endet in ${number(days)} Tagen`,
    notRetested: 'Nicht erneut geprüft',
    axis: 'Laufzeiten auf einer Achse: voll ist die Zeit, die bleibt, blass die vergangene, die Linie ist heute',
    emptyCertificates: 'Noch wurde kein Zertifikat gesehen',
    emptyRegistrations: 'Noch wurde keine Registrierung gesehen',
    emptyText: 'Was die Scans beobachteter Hosts zeigen, steht hier, mit dem Tag, an dem es endet.',
    statement: (n: number, isAll: boolean) =>
      isAll
        ? n === 1
          ? 'Eines braucht Sie.'
          : `${number(n)} brauchen Sie.`
        : `Mindestens ${number(n)} brauchen Sie: Noch sind nicht alle gezeigt.`,
    ended: 'Zu Ende',
    later: (n: number) => (n === 1 ? '1 endet später.' : `${number(n)} enden später.`),
    none: 'Von den gezeigten braucht Sie keines: Jedes endet später als seine übliche Erneuerung.',
    months: 'Kalender',
    nothingInMonth: 'nichts endet',
    numbers: 'In Zahlen',
    text: 'Host, Name oder Aussteller',
    renewal: 'Erneuerung',
    anyRenewal: 'Jede',
    renewals: { 'in-time': 'Rechtzeitig', overdue: 'Erneuerung überfällig', ended: 'Zu Ende' },
    counted: 'Gezählt',
    certificates: (n: number) => (n === 1 ? 'Zertifikat' : 'Zertifikate'),
    places: (n: number) => (n === 1 ? 'an einem Port' : `an ${number(n)} Ports`),
    overdue: 'Erneuerung überfällig',
    endedCount: 'zu Ende',
    withoutSuccessor: 'und keines, das später endet, daneben',
    emptyFiltered: 'Kein Zertifikat passt',
    showAll: 'Alle zeigen',
    certificate: 'Zertifikat',
    further: (n: number) => `und ${number(n)} weitere`,
    otherNames: 'Für andere Namen',
    untrusted: (problem: string) => `Nicht vertrauenswürdig: ${problem}`,
    succeeded: 'Sein Nachfolger ist da',
    since: (day: string) => `gültig seit ${day}`,
    key: 'Schlüssel',
  },
})
