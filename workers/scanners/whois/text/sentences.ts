import type { Outcome } from '../facts.ts'
import { withoutAccents } from './values.ts'

// What a server says in a sentence when it has no record to show. Terms of use speak of limits and availability too, but in longer
// sentences, and they do not begin like these.

type Verdict = Exclude<Outcome, 'registered' | 'could-not-tell'>

/** Up to six words before a verb: `the queried object`, `domain <name>`, `domain: <name>,`. A condition is no statement. */
const subject = '(?!if |when |where |should )(?:[\\p{L}<>:,.-]{1,30} ){0,6}'
/** The same where it must be the name that is spoken of. */
const theName = '(?:[\\p{L}<>]{1,20} ){0,3}(?:domain|name|requested|<name>) '
/** Up to eight words, hosts and addresses among them. */
const anybody = "(?:[\\w.:'<>-]{1,40} ){0,8}"
/** What may follow a whole statement; `Domain names not registered with us` goes on otherwise. */
const ended = '(?=$|[:;.(]|,(?! .* or )| (?:in|to|at|here|for|on|yet|-)(?![\\p{L}]))'

/** Tried in this order on what `plain` makes of a line, from its beginning. */
const patterns: readonly (readonly [Verdict, readonly string[]])[] = [
  [
    'throttled',
    [
      `${anybody}(?:limit|quota|rate)s? (?:has been |have been |is |was |are )?(?:exceeded|reached|over)\\b`,
      `${anybody}quota for [\\d.a-f:]{3,45} has been exceeded`,
      `(?:you|your) ${anybody}(?:exceeded|blocked|blacklisted|banned|throttled)\\b`,
      '(?:maximum|too many|excessive) (?:[\\w-]{1,20} ){0,3}(?:quer|request|connection|lookup)',
      'only \\d+ (?:request|quer|lookup|connection)',
      'please (?:slow down|go away|wait|maintain at least)',
      '(?:\\d{3} )?(?:request|access|query|queries|connection) (?:is |was |has been )?(?:denied|refused|blocked)',
      '(?:ip )?(?:blacklisted|blocked|banned)\\b',
    ],
  ],
  [
    'error',
    [
      `${anybody}(?:temporarily|currently) (?:unavailable|not )`,
      '(?:the )?(?:whois )?(?:server|service|system|database) (?:is )?(?:too )?(?:busy|unavailable|down|offline)\\b',
      '(?:an )?(?:internal|unexpected|unknown|server|database|system) (?:server )?error\\b',
      '(?:please )?try again\\b',
      '(?:time-?out|unable to|cannot connect|could not connect)\\b',
    ],
  ],
  [
    'invalid',
    [
      '(?:\\d{3} )?(?:invalid|malformed|incorrect|bad) (?:input|domain|query|name|character|request|format|syntax|pattern)',
      `(?:${theName})?is (?:invalid|not valid|not a valid)\\b`,
      `${theName}cannot be registered because it contravenes`,
      'the domain name (?:provided conflicts|contains too)\\b',
    ],
  ],
  [
    'reserved',
    [
      `${theName}(?:is|has been|was) (?:in the )?(?:reserved|restricted|prohibited|blocked|forbidden)\\b`,
      '(?:reserved|restricted|prohibited|unassignable|blocked|forbidden)(?: name| domain| by | -|$)',
      '(?:domain |<name> )?(?:is )?not available(?:$| or is reserved| for)',
      `${theName}(?:cannot|can not|can't|may not) be registered\\b`,
    ],
  ],
  [
    'not-found',
    [
      'no (?:such|match|matches|matching|entry|entries|found)\\b',
      'no (?:records?|objects?) (?:found|match|matching|for)\\b',
      '(?:unfortunately, )?no (?:[\\w-]{1,20} ){1,3}(?:was |were )?(?:found|available|exists?|match(?:ed|es)?)\\b',
      `${subject}(?:was |is |could |has )?(?:not|no)(?: been| be)? (?:found|regist[er]{1,3}ed)${ended}`,
      `${subject}(?:does not|doesn't) exist\\b`,
      '(?:nothing|none) found\\b',
      'there is no (?:information|record|entry|match)\\b',
      'we (?:do not have|could not find|did not find) ',
      '(?:domain (?:name )?)?<name> no match\\b',
      '(?:domain (?:name )?)?<name>:? (?:is )?(?:available|free)\\b',
      '(?:this|the) domain(?: name)? is (?:available|free)\\b',
      '(?:\\d{3} )?(?:available|avail|free|no object found|not assigned|unregistered)$',
      "(?:<name>:? )?(?:no existe|n'existe pas|nao existe|existiert nicht|ist frei|ist nicht registriert)\\b",
      '(?:libre|disponible|ledig)$',
      'el dominio no (?:se encuentra|esta|existe)\\b',
      'no[_ ]se[_ ]encontro',
      '(?:nincs talalat|ingen traff|ikke fundet|nicht gefunden|nao encontrado|nie znaleziono|tidak ditemukan)\\b',
      'aucun (?:resultat|enregistrement|objet|domaine)\\b',
      '.{0,20}(?:등록되어 있지 않습니다|не найден|не зарегистрирован|該当するデータがありません|未注册)',
    ],
  ],
]

const sentences = patterns.flatMap(([verdict, beginnings]) =>
  beginnings.map((beginning) => ({ verdict, pattern: new RegExp(`^${beginning}`, 'u') })),
)

export interface Sentence {
  readonly verdict: Verdict
  /** The host that the sentence names, if it names one. */
  readonly about: string | null
}

const maxLength = 200

/** What the lines of an answer say in so many words; null where none of them is such a sentence. */
export function sentenceIn(lines: readonly string[], domain: string): Sentence | null {
  const name = new RegExp(`(?<![\\w.-])${domain.replaceAll('.', '\\.')}(?![\\w-])`, 'g')
  const found = lines.flatMap((line, index) => {
    const isWhole = line.length <= maxLength && !continuesProse(lines[index - 1] ?? '')
    return (isWhole ? readSentence(plain(line, name), domain) : null) ?? []
  })
  // "Limit exceeded, reduced information" may still go on to answer the question.
  const answered = found.find(({ verdict, about }) => verdict === 'not-found' && about === domain)
  return answered ?? found.find(({ verdict }) => verdict === 'throttled') ?? found[0] ?? null
}

/** True for a line that the next one goes on with: long, and not ended. */
const continuesProse = (line: string) =>
  line.length > 30 && line.length <= maxLength && /(?<![\p{L}\p{N}./:-])[\p{L}\p{N}',-]{1,40}\s*$/u.test(line)

function readSentence(text: string, domain: string): Sentence | null {
  const verdict = sentences.find(({ pattern }) => pattern.test(text))?.verdict
  if (verdict === undefined) return null
  if (text.includes('<name>')) return { verdict, about: domain }
  const [host] = /(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}(?![\w.-])/.exec(text) ?? []
  return { verdict, about: host ?? null }
}

/** A line in the form in which the patterns are written: lower case, `<name>` for the asked name, without marks, quotes and final stop. */
const plain = (line: string, name: RegExp): string =>
  withoutAccents(line.toLowerCase())
    .replace(/https?:\/\/\S*/g, ' ')
    .replace(name, '<name>')
    .replace(/["`\u201C\u201D[\]*]|(?<![a-z])'|'(?![a-z])/g, ' ')
    .replace(/^[\s%#;>*-]+/, '')
    .replace(/^(?:[a-z0-9-]+\.)+[a-z]{2,}: */, '')
    .replace(/^(?:error|sorry|message|result)\b[\s:,]*(?:\d{1,12}\b[\s:]*)?(?:but )?/, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.!]+$/, '')
