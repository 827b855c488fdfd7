import { withoutAccents } from './values.ts'

/** Month names as registries write them: the first three letters or the whole, in the languages met so far. */
const months: readonly (readonly string[])[] = [
  ['jan', 'january', 'januar', 'janvier', 'janv', 'ene', 'enero', 'janeiro', 'gen', 'gennaio', 'sty', 'stycznia'],
  ['feb', 'february', 'februar', 'fevrier', 'fevr', 'fev', 'febrero', 'fevereiro', 'febbraio', 'lut', 'lutego'],
  ['mar', 'march', 'marz', 'maerz', 'mars', 'marzo', 'marco', 'marca'],
  ['apr', 'april', 'avril', 'avr', 'abr', 'abril', 'aprile', 'kwietnia'],
  ['may', 'mai', 'mayo', 'maio', 'maggio', 'mag', 'maja', 'maj'],
  ['jun', 'june', 'juni', 'juin', 'junio', 'junho', 'giugno', 'giu', 'czerwca'],
  ['jul', 'july', 'juli', 'juillet', 'juil', 'julio', 'julho', 'luglio', 'lug', 'lipca'],
  ['aug', 'august', 'aout', 'ago', 'agosto', 'sierpnia'],
  ['sep', 'sept', 'september', 'septembre', 'septiembre', 'setembro', 'set', 'settembre', 'wrzesnia'],
  ['oct', 'october', 'okt', 'oktober', 'octobre', 'octubre', 'out', 'outubro', 'ott', 'ottobre', 'pazdziernika'],
  ['nov', 'november', 'novembre', 'noviembre', 'novembro', 'listopada'],
  ['dec', 'december', 'dez', 'dezember', 'decembre', 'dic', 'diciembre', 'dezembro', 'dicembre', 'grudnia'],
]

const numbers = new Map(months.flatMap((names, index) => names.map((name) => [name, index + 1] as const)))

/** 1 to 12; null for a word that is no month. */
export const monthNumber = (name: string): number | null => numbers.get(withoutAccents(name.toLowerCase())) ?? null

/** Abbreviations that mean one offset the world over, in minutes east of UTC. CST, IST, BST and their like mean several: they are left out. */
const zones = new Map<string, number>([
  ['z', 0],
  ['utc', 0],
  ['gmt', 0],
  ['cet', 60],
  ['cest', 120],
  ['eet', 120],
  ['eest', 180],
  ['eat', 180],
  ['jst', 540],
  ['kst', 540],
  ['hkt', 480],
  ['wib', 420],
  ['nzst', 720],
  ['nzdt', 780],
  ['aest', 600],
  ['aedt', 660],
  ['brt', -180],
  ['brst', -120],
  ['edt', -240],
  ['pdt', -420],
])

/** The offset that follows a time of day: `Z`, `+02:00`, `+03`, `GMT+1`, `(GMT+0:00)`, `(JST)`; null where none is told or it is not clear. */
export function zoneMinutes(text: string): number | null {
  const [, name, sign, hours, minutes] =
    /^ ?\(?(?:([a-z]{1,4})(?![a-z]))?(?: ?([+-])(\d{1,2})(?::?(\d{2}))?(?!\d))?/i.exec(text) ?? []
  if (name === undefined && sign === undefined) return null
  const base = name === undefined ? 0 : zones.get(name.toLowerCase())
  if (base === undefined) return null
  if (sign === undefined) return base
  const offset = Number(hours) * 60 + Number(minutes ?? 0)
  return offset > 14 * 60 ? null : base + (sign === '-' ? -offset : offset)
}
