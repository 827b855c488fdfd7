/** The languages that the page speaks. */
export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

const isLanguage = (text: string | undefined | null): text is Language =>
  languages.some((language) => language === text)

/** What the reader chose, as this browser last heard it; null: what the browser says. */
const storedLanguage = (): Language | null => {
  try {
    const language = localStorage.getItem('language')
    return isLanguage(language) ? language : null
  } catch {
    return null // a browser that keeps nothing
  }
}

const spokenFor = (chosen: Language | null): Language =>
  [chosen, ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())].find(isLanguage) ?? 'en'

/** Chosen by the reader, else the first of the browser's that we speak. It holds until the page is loaded anew. */
export const language: Language = spokenFor(storedLanguage())
document.documentElement.lang = language

/** Keeps in this browser what the account says, null for the browser's; a page that speaks otherwise is loaded anew. */
export function keepTo(account: Language | null): void {
  if (account === storedLanguage()) return
  try {
    if (account === null) localStorage.removeItem('language')
    else localStorage.setItem('language', account)
  } catch {
    return // a browser that keeps nothing goes on in its own language
  }
  if (spokenFor(account) !== language) location.reload()
}

/** Texts in each language, side by side, so that none can be forgotten; what comes back is the reader's. */
export const inBoth = <Texts>(texts: { readonly en: Texts; readonly de: NoInfer<Texts> }): Texts => texts[language]
