/** A meta element that a browser would heed. */
export interface Meta {
  /** Names in lower case, values with their character references resolved; the first of a name counts. */
  readonly attributes: ReadonlyMap<string, string>
  readonly inHead: boolean
  /** A script element began before it. */
  readonly afterScript: boolean
}

export interface Page {
  readonly metas: readonly Meta[]
  /** True once something came that ends the head: what follows can be no part of it. */
  readonly headEnded: boolean
  /** False where more came than is read: a tag that never ends, too many meta elements. */
  readonly isWhole: boolean
}

/** Elements whose content is text, so that a tag in it is none (HTML, "parsing HTML documents"; scripting is on). */
const textElements = new Set([
  'iframe',
  'noembed',
  'noframes',
  'noscript',
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
])

/** Start tags that leave the parser in the head. */
const headElements = new Set([
  'base',
  'basefont',
  'bgsound',
  'head',
  'html',
  'link',
  'meta',
  'noframes',
  'noscript',
  'script',
  'style',
  'template',
  'title',
])

/** End tags that take it out of there. */
const headEnders = new Set(['body', 'br', 'html'])

const mostMetas = 200

/**
 * Finds the meta elements of a page as a browser's parser would: not in comments, scripts, texts or templates. A tokenizer in
 * one pass over markup that nobody vouches for; it builds no tree.
 */
export function readPage(markup: string): Page {
  const metas: Meta[] = []
  let headEnded = false
  let afterScript = false
  let templates = 0
  let at = 0
  while (at < markup.length) {
    const open = markup.indexOf('<', at)
    const text = markup.slice(at, open === -1 ? undefined : open)
    if (templates === 0 && /[^\t\n\f\r ]/.test(text)) headEnded = true
    if (open === -1) break
    const next = skipNonElement(markup, open)
    if (next !== null) {
      at = next
      continue
    }
    const tag = readTag(markup, open)
    if (tag === 'unfinished') return { metas, headEnded, isWhole: false }
    if (tag === 'text') {
      if (templates === 0) headEnded = true
      at = open + 1
      continue
    }
    at = tag.isEnd ? tag.end : endOfText(markup, tag)
    if (tag.name === 'template') templates = Math.max(0, templates + (tag.isEnd ? -1 : 1))
    // What stands in a template is no part of the page until a script makes it one.
    if (templates > 0) continue
    if (tag.isEnd ? headEnders.has(tag.name) : !headElements.has(tag.name)) headEnded = true
    if (tag.isEnd) continue
    if (tag.name === 'script') afterScript = true
    if (tag.name !== 'meta') continue
    if (metas.length === mostMetas) return { metas, headEnded, isWhole: false }
    metas.push({ attributes: tag.attributes, inHead: !headEnded, afterScript })
  }
  return { metas, headEnded, isWhole: true }
}

/** Past a comment, a doctype or a processing instruction that begins here; null for anything else. */
function skipNonElement(markup: string, at: number): number | null {
  if (markup.startsWith('<!--', at)) {
    // `<!-->` and `<!--->` are whole comments.
    if (markup.startsWith('>', at + 4)) return at + 5
    if (markup.startsWith('->', at + 4)) return at + 6
    return past(markup, '-->', at + 4)
  }
  const next = markup.charAt(at + 1)
  const isBogus = next === '!' || next === '?' || (next === '/' && /[^a-z]/i.test(markup.charAt(at + 2)))
  return isBogus ? past(markup, '>', at + 1) : null
}

const past = (markup: string, end: string, from: number): number => {
  const found = markup.indexOf(end, from)
  return found === -1 ? markup.length : found + end.length
}

/** Where the end tag of a text element begins, or the end of the markup; right behind the tag for every other element. */
function endOfText(markup: string, { name, end }: Tag): number {
  if (name === 'plaintext') return markup.length
  if (!textElements.has(name)) return end
  if (name === 'script') return endOfScript(markup, end)
  const endTag = new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi')
  return matchAt(endTag, markup, end)?.index ?? markup.length
}

/** A script may hold another one within a comment; the end tag of that one does not end it (HTML, "script data double escaped state"). */
function endOfScript(markup: string, from: number): number {
  const marks = /<!---?>|<!--|-->|<\/?script(?=[\t\n\f\r />])/gi
  let inComment = false
  let inInner = false
  for (let mark = matchAt(marks, markup, from); mark; mark = marks.exec(markup)) {
    const [text] = mark
    if (text === '<!--') inComment = true
    else if (text === '-->') inComment = inInner = false
    else if (text.startsWith('</')) {
      if (!inInner) return mark.index
      inInner = false
    } else if (text.toLowerCase() === '<script') inInner = inComment
  }
  return markup.length
}

interface Tag {
  readonly name: string
  readonly isEnd: boolean
  readonly attributes: ReadonlyMap<string, string>
  readonly end: number
}

const tagStart = /<(\/?)([a-z][^\t\n\f\r />]*)/iy
const tagEnd = /[\t\n\f\r /]*>/y
const attribute =
  /[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r >"'][^\t\n\f\r >]*)))?/y

/** The tag that begins here; `text` where none does, `unfinished` where it does not end. */
function readTag(markup: string, at: number): Tag | 'text' | 'unfinished' {
  const [opening, slash, name] = matchAt(tagStart, markup, at) ?? []
  if (opening === undefined || name === undefined) return 'text'
  const attributes = new Map<string, string>()
  let end = at + opening.length
  for (;;) {
    const closing = matchAt(tagEnd, markup, end)
    if (closing) return { name: name.toLowerCase(), isEnd: slash === '/', attributes, end: end + closing[0].length }
    const [whole, key, double, single, bare] = matchAt(attribute, markup, end) ?? []
    if (whole === undefined || key === undefined) return 'unfinished'
    if (!attributes.has(key.toLowerCase())) attributes.set(key.toLowerCase(), resolve(double ?? single ?? bare ?? ''))
    end += whole.length
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** The named references that a policy or a name could be written with. */
const named = new Map([
  ['amp', '&'],
  ['apos', "'"],
  ['ast', '*'],
  ['colon', ':'],
  ['comma', ','],
  ['equals', '='],
  ['gt', '>'],
  ['lt', '<'],
  ['nbsp', '\u00A0'],
  ['NewLine', '\n'],
  ['period', '.'],
  ['quot', '"'],
  ['semi', ';'],
  ['sol', '/'],
  ['Tab', '\t'],
])

const reference = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,7}));?/gi

const resolve = (text: string): string =>
  text.replace(reference, (whole: string, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named.get(name) ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : '\uFFFD'
  })
