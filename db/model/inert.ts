/**
 * What a terminal would obey, hide or draw over its neighbours: controls (C0, DEL, C1), bidi controls and every other character that shows nothing,
 * line and paragraph separators, spaces that only look like one, code points without a character, and a fourth combining mark on one letter.
 * The backslash is among them, so that no text can look like an escape of ours.
 */
const unsafe =
  /[\\\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|^\p{M}|(?<=\p{M}{3})\p{M}/gu

const short = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** Foreign text as one line of visible characters: `\n`, `\x1b`, `\u{202e}` stand for what cannot be seen. */
export const inert = (text: string) => text.replace(unsafe, spell)

function spell(character: string): string {
  const known = short.get(character)
  if (known !== undefined) return known
  const codePoint = character.codePointAt(0) ?? 0
  return codePoint < 0x100 ? `\\x${codePoint.toString(16).padStart(2, '0')}` : `\\u{${codePoint.toString(16)}}`
}

/** JSON on one line that a terminal may show: the same value to a parser, all that is unsafe as `\uXXXX`. */
export const inertJson = (value: unknown) =>
  JSON.stringify(value).replace(unsafe, (character) => (character === '\\' ? character : unitsOf(character)))

const unitsOf = (character: string) =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')
