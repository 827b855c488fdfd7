import { domainToASCII } from 'node:url'
import { foreignText } from '#db/model/text.ts'

const maxTextLength = 200

/** Values that stand for no value. */
const blanks =
  /^(?:[-.*]*|n\/?a|none|null|nil|unknown|unspecified|no registrar\b.*|not (?:defined|applicable|available|known|set|assigned)\b.*|not\.defined\.?|0000-00-00.*|(?:please )?(?:see|visit|refer) .*)$/i
const redactions =
  /\b(?:redacted|not disclosed|not shown|not displayed|data protected|statutory masking|withheld for privacy)\b/i

export const isBlank = (value: string) => blanks.test(value)
export const isRedacted = (value: string) => redactions.test(value)

/** Latin letters without their accents; other scripts stay as they are, where such marks make other letters (й, が). */
export const withoutAccents = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/(?<=[a-z])[\u0300-\u036f]+/gi, '')
    .normalize('NFC')

/** A value without what is often hung on it: a URL, a note in brackets at its end. */
export const bareValue = (value: string): string =>
  foreignText(value, maxTextLength)
    .replace(/\s*\(?\s*https?:\/\/\S*/gi, '')
    .replace(/\s*\[tag = [^[\]]*\]/i, '')
    .replace(/\s*\(\s*\)?$/, '')
    .trim()

const hostPattern = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

/** A host name of at least two labels, as A-labels in lower case without the root dot; null for anything else. */
export function hostOf(word: string): string | null {
  if (word.length > 255) return null
  const lower = word.toLowerCase().replace(/\.$/, '')
  // oxlint-disable-next-line no-control-regex
  const ascii = /^[\x21-\x7e]*$/.test(lower) ? lower : domainToASCII(lower)
  return ascii.length <= 253 && hostPattern.test(ascii) && ascii !== 'not.defined' ? ascii : null
}
