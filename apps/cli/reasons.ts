import { spellingRules } from '#db/model/target.ts'
import { reasons } from '#db/model/words/en/reasons.ts'

/**
 * What a reason code means, as the end of "could not tell: …" or "not asked: …": no more than is true wherever a scanner may use it.
 * A code that is not here is shown as it is.
 */
const sentences: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(spellingRules).map(([code, { says }]) => [code, asClause(says)])),
  ...reasons,
}

/** `Nothing was given.` → `nothing was given`. */
function asClause(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '')
}

/** `no answer came (no-answer)`; where a code has no sentence here, the detail that came with it, else the bare code. */
export function explain(code: string | null | undefined, detail?: string | null): string {
  if (!code) return detail ?? 'no reason was given'
  const sentence = Object.hasOwn(sentences, code) ? sentences[code] : detail?.replace(/\.$/, '')
  return sentence ? `${sentence} (${code})` : code
}
