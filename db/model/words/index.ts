import { rules as germanRules, scanners as germanScanners } from './de/rules.ts'
import { changeKinds, type ChangedFact, sayChange } from './de/changes.ts'
import { formats as germanFormats } from './de/formats.ts'
import { report as germanReport } from './de/report.ts'
import { reasons as germanReasons } from './de/reasons.ts'
import { refusals as germanRefusals } from './de/refusals.ts'
import { terms as germanTerms } from './de/terms.ts'
import { told as germanTold } from './de/told.ts'
import { formats } from './en/formats.ts'
import { reasons } from './en/reasons.ts'
import { report } from './en/report.ts'
import { terms } from './en/terms.ts'
import { told } from './en/told.ts'
import type { Language } from './language.ts'
import type { RuleText } from './rule-text.ts'

type Texts = Readonly<Record<string, string>>

/** All that a language says. What is empty in English stands beside its rule, and comes with the API's answers. */
export interface Words {
  readonly terms: typeof terms
  readonly told: typeof told
  readonly formats: typeof formats
  readonly report: typeof report
  readonly reasons: Texts
  readonly refusals: Texts
  readonly rules: Readonly<Record<string, RuleText>>
  readonly scanners: Texts
  readonly sayChange: (change: ChangedFact) => string
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    terms,
    told,
    formats,
    report,
    reasons,
    refusals: {},
    rules: {},
    scanners: {},
    sayChange: ({ sentence }) => sentence,
  },
  de: {
    terms: germanTerms,
    told: germanTold,
    formats: germanFormats,
    report: germanReport,
    reasons: germanReasons,
    refusals: germanRefusals,
    rules: germanRules,
    scanners: germanScanners,
    sayChange,
  },
}

/** Kinds of changes that German has a sentence for. */
export const germanChangeKinds = changeKinds

/** What a reason code means, as the end of a sentence; the code itself where nobody knows it. Those of HTTP may begin with `http-`. */
export function sayReason(code: string, language: Language): string {
  const { reasons, refusals } = words[language]
  return reasons[code] ?? refusals[code]?.replace(/\.$/, '') ?? reasons[code.replace(/^http-/, '')] ?? code
}
