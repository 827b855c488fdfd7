import type { told as english } from '../en/told.ts'
import { formats } from './formats.ts'
import { terms } from './terms.ts'

const { number } = formats
const findingsOf = (count: number) => (count === 1 ? 'einen Befund' : `${number(count)} Befunde`)
const atTargets = (count: number) => (count === 1 ? 'an einem Ziel' : `an ${number(count)} Zielen`)

/** Sätze über Neues, über Unterschiede und darüber, was zuerst zu beheben ist. */
export const told: typeof english = {
  outages: {
    host: {
      title: 'Der Host antwortet nicht',
      remedy: 'Prüfen, ob er läuft und ob etwas unsere Pakete nicht mehr durchlässt.',
    },
    resolver: {
      title: 'Kein Resolver antwortet',
      remedy: 'Nach den Nameservern in DNS_SERVERS oder denen dieses Systems sehen.',
    },
    registry: {
      title: 'Die Registry antwortet nicht',
      remedy: 'Abwarten: Es liegt bei ihr. Was über Registrierungen bekannt war, bleibt stehen.',
    },
    network: {
      title: 'Unser eigenes Netz ist abgeschnitten',
      remedy: 'Nach dem Netz dieses Portlight sehen. Über Ziele wird solange nichts ausgesagt.',
    },
  },
  spared: {
    title: 'Der Inhaber hat darum gebeten, nicht gescannt zu werden',
    remedy: 'Von hier wird es nicht mehr berührt, und Zeitpläne übergehen es. Was darüber bekannt war, bleibt stehen.',
  },
  news: {
    opened: 'Neu',
    confirmed: 'Neu',
    regressed: 'Wieder aufgetreten',
    fixed: 'Behoben',
    recalibrated: 'Neu bewertet',
    reopened: 'Nicht mehr akzeptiert',
    accepted: 'Akzeptiert',
    'false-positive': 'Fehlalarm',
    severity: 'Anders eingestuft',
    expires: 'Endet bald',
    silent: 'Antwortet nicht',
    'answers-again': 'Antwortet wieder',
    spared: 'Nicht mehr gescannt',
  },
  inLine: (news) => (news === 'Fehlalarm' ? news : news.charAt(0).toLowerCase() + news.slice(1)),
  targets: (count) => `${number(count)} Ziele`,
  andMore: (count) => ` und ${number(count)} weitere`,
  more: (count) => `Und ${number(count)} weitere.`,
  at: (addresses) => ` an ${addresses}`,
  inDays: (days) => (days === 1 ? ', in einem Tag' : `, in ${number(days)} Tagen`),
  seen: (when, what) => ` Gesehen am ${when}: ${what}.`,
  addressGone: 'Der Name führt nicht mehr dorthin: Keiner seiner Server gibt diese Adresse.',
  ofRegistry: (suffix) => ` (.${suffix})`,
  silent: (severity, title, since, where, remedy) =>
    `Antwortet nicht, ${severity}: ${title}, seit ${since} (${where}). ${remedy}`,
  answersAgain: (title, since, until, where) =>
    `Antwortet wieder: ${title}; so war es von ${since} bis ${until} (${where}).`,
  diff: {
    appeared: 'neu',
    'first-told': 'erstmals feststellbar',
    gone: 'behoben',
    'not-retested': 'nicht erneut geprüft',
    still: 'wie zuvor',
  },
  noFindings: 'In keinem der beiden Scans gab es Befunde.',
  findings: (counts) => `Befunde: ${counts}.`,
  risk: {
    severity: ({ severity, worstTargets }) =>
      severity === 'info'
        ? `Ein Hinweis ${atTargets(worstTargets)}.`
        : `Schweregrad ${terms.severity[severity]} ${atTargets(worstTargets)}.`,
    'many-targets': ({ findings, targets }) => `Eine Maßnahme behebt ${findingsOf(findings)} ${atTargets(targets)}.`,
    regressed: ({ regressed }) =>
      regressed === 1
        ? 'Ein Befund war behoben und ist wieder aufgetreten.'
        : `${number(regressed)} Befunde waren behoben und sind wieder aufgetreten.`,
    'open-long': ({ days }) => `Der älteste ist seit ${number(days)} Tagen offen.`,
    'not-retested': ({ notRetested }) =>
      `Der letzte Scan hat ${findingsOf(notRetested)} nicht erneut geprüft: erneut scannen, bevor es als erledigt gilt.`,
  },
}
