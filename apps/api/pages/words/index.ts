import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { DomainError } from '#db/model/errors.ts'
import { words as shared } from '#db/model/words/index.ts'
import { type Language, languages } from '#db/model/words/language.ts'
import { german } from './de.ts'
import { english } from './en.ts'

const words: Readonly<Record<Language, typeof english>> = { en: english, de: german }

/** The first language of the reader's that we speak (RFC 9110 §12.5.4, by the lookup of RFC 4647 §3.4); English for whoever takes any or none. */
export const languageFor = (c: Context): Language =>
  accepts(c, {
    header: 'Accept-Language',
    supports: [...languages],
    default: 'en',
    match: (wanted) =>
      wanted
        .filter(({ q }) => q > 0)
        .sort((one, other) => other.q - one.q)
        .map(({ type }) => type.toLowerCase().split('-')[0])
        .find((tag) => languages.some((language) => language === tag)) ?? 'en',
  }) as Language

/** What a page says to this reader. */
export const wordsFor = (c: Context): typeof english => words[languageFor(c)]

/** What somebody got wrong, as a sentence in the reader's language. */
export function sayMistake(c: Context, { code, message, rule }: DomainError): string {
  const { refusals, problems } = shared[languageFor(c)]
  return refusals[rule ?? ''] ?? problems[code] ?? message
}
