/** What Portlight speaks. Modules in this folder are plain data and pure functions, which a browser loads as they are. */
export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

/** English for whatever is not a language that Portlight speaks. */
export const readLanguage = (text: string | null | undefined): Language =>
  languages.find((language) => language === text) ?? 'en'
