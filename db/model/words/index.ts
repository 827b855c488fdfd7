import { changeKinds } from './de/changes.ts'
import { codes as germanCodes } from './de/codes.ts'
import { formats as germanFormats } from './de/formats.ts'
import { report as germanReport } from './de/report.ts'
import { terms as germanTerms } from './de/terms.ts'
import { told as germanTold } from './de/told.ts'
import { codes } from './en/codes.ts'
import { formats } from './en/formats.ts'
import { report } from './en/report.ts'
import { terms } from './en/terms.ts'
import { told } from './en/told.ts'
import { type CodeWords, reasonIn } from './code-words.ts'
import type { Language } from './language.ts'

/** All that a language says. */
export interface Words extends CodeWords {
  readonly terms: typeof terms
  readonly told: typeof told
  readonly formats: typeof formats
  readonly report: typeof report
}

export const words: Readonly<Record<Language, Words>> = {
  en: { ...codes, terms, told, formats, report },
  de: {
    ...germanCodes,
    terms: germanTerms,
    told: germanTold,
    formats: germanFormats,
    report: germanReport,
  },
}

/** Kinds of changes that German has a sentence for. */
export const germanChangeKinds = changeKinds

/** What a reason code means in a language. */
export const sayReason = (code: string, language: Language): string => reasonIn(words[language], code)
