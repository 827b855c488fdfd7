/** The languages that the page speaks. */
export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

const isLanguage = (text: string | undefined | null): text is Language =>
  languages.some((language) => language === text)

/** What the reader chose in this browser; null: what the browser says. */
export const storedLanguage = (): Language | null => {
  try {
    const language = localStorage.getItem('language')
    return isLanguage(language) ? language : null
  } catch {
    return null // a browser that keeps nothing
  }
}

const wanted = [storedLanguage(), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())]

/** Chosen by the reader, else the first of the browser's that we speak. It holds until the page is loaded anew. */
export const language: Language = wanted.find(isLanguage) ?? 'en'
document.documentElement.lang = language

/** Speaks another language from now on: loads the page anew. Null: the browser's. */
export function speak(next: Language | null): void {
  if (next === null) localStorage.removeItem('language')
  else localStorage.setItem('language', next)
  location.reload()
}

/** Texts in each language, side by side, so that none can be forgotten; what comes back is the reader's. */
export const inBoth = <Texts>(texts: { readonly en: Texts; readonly de: NoInfer<Texts> }): Texts => texts[language]
