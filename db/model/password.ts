/** Characters (code points) of a password, counted as typed. */
export const passwordLength = { least: 8, most: 1000 } as const

/** Why a password is not taken; `detail` is a sentence for people. */
export interface PasswordFlaw {
  readonly rule: 'too-short' | 'too-long' | 'common' | 'repetitive' | 'own-words'
  readonly detail: string
}

export interface PasswordContext {
  /** In lower case. */
  readonly common: ReadonlySet<string>
  /** The person's address and name, and the product's: what an attacker would try first. */
  readonly ownWords: readonly string[]
}

/** What NIST SP 800-63B-4 §3.1.1.2 asks: a length, a list of common ones, the person's own words, and no rule of composition. Null when it may be used. */
export function judgePassword(password: string, { common, ownWords }: PasswordContext): PasswordFlaw | null {
  const codePoints = Array.from(password).length
  const { least, most } = passwordLength
  if (codePoints < least) return { rule: 'too-short', detail: `A password has at least ${least} characters.` }
  if (codePoints > most) return { rule: 'too-long', detail: `A password has at most ${most} characters.` }
  const lower = password.toLowerCase()
  if (common.has(lower))
    return { rule: 'common', detail: 'This password is on the lists of common ones that attackers try first.' }
  if (new Set(lower).size < 3 || isSequence(lower))
    return { rule: 'repetitive', detail: 'This password repeats a few characters, or runs through them in order.' }
  if (isOwnWords(lower, ownWords))
    return { rule: 'own-words', detail: 'This password is made of your own address or name, or of ours.' }
  return null
}

/** Each character is the one after, or the one before, the last. */
function isSequence(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0)!)
  const steps = new Set(codes.slice(1).map((code, i) => code - codes[i]!))
  const [step] = steps
  return steps.size === 1 && (step === 1 || step === -1)
}

/** Without these words, and without digits and punctuation, next to nothing is left. */
function isOwnWords(lower: string, ownWords: readonly string[]): boolean {
  const words = ownWords
    .flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= 3)
    .toSorted((one, other) => other.length - one.length)
  const rest = words.reduce((rest, word) => rest.replaceAll(word, ''), lower)
  return rest !== lower && rest.replaceAll(/[^\p{L}]/gu, '').length < 4
}
