const isBlank = (character: string) => character === ' ' || character === '\t'

/** Text without the spaces and tabs around it. A loop, because a pattern that ends in `+$` takes square time on a long run of blanks. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charAt(start))) start++
  while (end > start && isBlank(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** Parts between separators that stand outside quoted strings (RFC 9110 §5.6.4), without the blanks around them; an open quote runs to the end. */
export function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') quoted = !quoted
    else if (character === '\\' && quoted) at++
    else if (character === separator && !quoted) {
      parts.push(trimBlanks(text.slice(start, at)))
      start = at + 1
    }
  }
  return [...parts, trimBlanks(text.slice(start))]
}
