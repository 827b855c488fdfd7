import type { RuleText } from './rule-text.ts'

type Texts = Readonly<Record<string, string>>

/** A fact that two results tell differently, as the API gives it. */
export interface ChangedFact {
  readonly kind: string
  readonly subject: string
  readonly before: string | null
  readonly after: string | null
  readonly data?: Readonly<Record<string, string>> | undefined
  /** In English, as it stands beside its rule. */
  readonly sentence: string
}

/** What a language says for the codes in the API's answers. What is empty in English stands beside its rule, and comes with the answer. */
export interface CodeWords {
  readonly reasons: Texts
  readonly refusals: Texts
  readonly rules: Readonly<Record<string, RuleText>>
  readonly scanners: Texts
  /** What a problem means, in a sentence. */
  readonly problems: Texts
  readonly sayChange: (change: ChangedFact) => string
}

/** What a reason code means, as the end of a sentence; the code itself where nobody knows it. Those of HTTP may begin with `http-`. */
export const reasonIn = ({ reasons, refusals }: CodeWords, code: string): string =>
  reasons[code] ?? refusals[code]?.replace(/\.$/, '') ?? reasons[code.replace(/^http-/, '')] ?? code
