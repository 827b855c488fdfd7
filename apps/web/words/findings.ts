import { type ChangedFact, type CodeWords, reasonIn } from '../../../db/model/words/code-words.ts'
import { type Language, language } from './language.ts'

const byLanguage: Readonly<Record<Language, () => Promise<{ readonly codes: CodeWords }>>> = {
  en: () => import('../../../db/model/words/en/codes.ts'),
  de: () => import('../../../db/model/words/de/codes.ts'),
}

/** The same words as in mails and reports; those of the other language are never loaded. */
const { codes } = await byLanguage[language]()

/** Why something could not be told, or was not done. */
export const reasonOf = (code: string): string => reasonIn(codes, code)

interface Told {
  readonly rule: string
  readonly title: string
  readonly remedy: string
}

export const titleOf = ({ rule, title }: Pick<Told, 'rule' | 'title'>): string => codes.rules[rule]?.title ?? title
export const remedyOf = ({ rule, remedy }: Pick<Told, 'rule' | 'remedy'>): string => codes.rules[rule]?.remedy ?? remedy

/** What a scanner asks about; one that is new here by its English title. */
export const scannerTitleOf = ({ scanner, title }: { readonly scanner: string; readonly title: string }): string =>
  codes.scanners[scanner] ?? title

/** A fact that two scans tell differently, in a sentence. */
export const sayChange = (change: ChangedFact): string => codes.sayChange(change)

/** Of these the API says more than the code does, in English. */
const particular = ['conflict', 'invalid-input', 'invalid-schedule']

/** What a problem means, by its code or by the rule that refuses a target. */
export function sayProblem({ code, message }: { readonly code: string; readonly message: string }): string {
  const sentence = codes.refusals[code] ?? codes.problems[code]
  if (sentence === undefined) return message
  return particular.includes(code) ? `${sentence} (${message})` : sentence
}
