const expansion = /%(?:[%_-]|\{([slodiphv])((?:0*[1-9]\d{0,4})?)(r?)([-.+,/_=]*)\})/iy
const literal = /[!-$&-~]+/y

/** Characters and macros in their order (RFC 7208 §7.1); null where the text is neither. */
function tokensOf(text: string): { readonly text: string; readonly macro: RegExpExecArray | null }[] | null {
  const tokens = []
  for (let at = 0; at < text.length; ) {
    expansion.lastIndex = literal.lastIndex = at
    const macro = expansion.exec(text)
    const token = macro?.[0] ?? literal.exec(text)?.[0]
    if (token === undefined) return null
    tokens.push({ text: token, macro })
    at += token.length
  }
  return tokens
}

export const isMacroString = (text: string) => tokensOf(text) !== null

/** A macro string that ends in a top label or in a macro: `example.org`, `%{i}._spf.%{d}` (RFC 7208 §7.1). */
export function isDomainSpec(text: string): boolean {
  const last = tokensOf(text)?.at(-1)
  if (last === undefined) return false
  if (last.macro) return true
  const name = last.text.endsWith('.') ? last.text.slice(0, -1) : last.text
  const dot = name.lastIndexOf('.')
  const topLabel = name.slice(dot + 1)
  return dot !== -1 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(topLabel) && !/^\d+$/.test(topLabel)
}

/**
 * The name that a domain-spec means, in lower case without the root dot. Null where it depends on who sends the mail:
 * only the current domain (`d`) and the sender's (`o`) are known before.
 */
export function expandDomain(spec: string, { current, sender }: { current: string; sender: string }): string | null {
  let expanded = ''
  for (const { text, macro } of tokensOf(spec) ?? []) {
    const piece = macro ? expandMacro(macro, current, sender) : text
    if (piece === null) return null
    expanded += piece
  }
  return shorten(expanded.replace(/\.$/, '').toLowerCase())
}

const escapes: Readonly<Record<string, string>> = { '%%': '%', '%_': ' ', '%-': '%20' }

function expandMacro(macro: RegExpExecArray, current: string, sender: string): string | null {
  const [text, letter, digits, reverse, delimiters] = macro
  if (letter === undefined) return escapes[text] ?? null
  const value = { d: current, o: sender }[letter.toLowerCase()]
  if (value === undefined) return null
  const parts = value.split(new RegExp(`[${(delimiters || '.').replaceAll('-', '\\-')}]`))
  if (reverse) parts.reverse()
  return (digits ? parts.slice(-Number(digits)) : parts).join('.')
}

/** Labels on the left are dropped until 253 characters are left (RFC 7208 §7.3). */
function shorten(name: string): string {
  let short = name
  while (short.length > 253 && short.includes('.')) short = short.slice(short.indexOf('.') + 1)
  return short
}
