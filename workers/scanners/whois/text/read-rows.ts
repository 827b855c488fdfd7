import { beginsLabel, factOf, normaliseLabel } from './labels.ts'

/** One line of an answer, taken apart as far as it can be without its neighbours. */
export type Row =
  /** An empty line or a comment: something else may begin after it. `text` is the comment without its marks. */
  | { readonly kind: 'gap'; readonly text: string }
  | {
      readonly kind: 'pair'
      readonly indent: number
      readonly label: string
      readonly written: string
      readonly value: string
    }
  /** A label alone on its line, with or without a colon behind it. */
  | {
      readonly kind: 'title'
      readonly indent: number
      readonly label: string
      readonly written: string
      readonly colon: boolean
    }
  | { readonly kind: 'plain'; readonly indent: number; readonly text: string }

/** Honest answers have a hundred lines or two. */
const maxRows = 1000
const maxRowLength = 600
const maxLabelLength = 70

/** Lines of an answer; what is longer or more than any honest answer is cut off. */
export function readRows(text: string): Row[] {
  return text
    .split(/\r\n|\r|\n/, maxRows)
    .map((line) => line.slice(0, maxRowLength).trimEnd())
    .filter((line) => line === '' || !isRuler(line))
    .map(readRow)
}

function readRow(line: string): Row {
  const trimmed = line.trimStart()
  const indent = line.length - trimmed.length
  if (trimmed === '' || /^[%#;]/.test(trimmed)) return { kind: 'gap', text: trimmed.replace(/^[%#;\s]+/, '') }

  // `** Domain Servers:`, `1a. Domain Name`, and YAML's `--- !Domain` and `- ns1.example.net`, which belongs to the line above it.
  const text = trimmed.replace(/^(?:\*\*|>>>|--- !|- |\d{0,2}[a-z]?\.\s)\s*/, '')
  if (trimmed.startsWith('- ')) return { kind: 'plain', indent: indent + 1, text }
  return bracketed(text, indent) ?? withColon(text, indent) ?? withoutColon(text, indent)
}

const isRuler = (line: string) => /^[\s\-=*_.~]{3,}$/.test(line)

/** `[Domain Name]   EXAMPLE.JP`, `a [Domain Name]   EXAMPLE.MY`, `[Holder]`. */
function bracketed(text: string, indent: number): Row | null {
  const [, written, value] = /^(?:[a-z] )?\[([^[\]]{1,40})\]\s*(.*)$/.exec(text) ?? []
  if (written === undefined || value === undefined) return null
  return labelled(written, value, indent)
}

/** `Domain Name: EXAMPLE.COM`, `Domain Name........: example.kz`, `Domain:.............example.tn`. */
function withColon(text: string, indent: number): Row | null {
  const colon = text.indexOf(':')
  if (colon < 1 || colon > maxLabelLength) return null
  const written = text.slice(0, colon)
  const value = text.slice(colon + 1)
  // An address, a time of day or a URL has colons of its own.
  if (value.startsWith('//') || startsWithHost(text) || (/\d$/.test(written) && /^\d/.test(value))) return null
  return labelled(written, value.replace(/^[.:\s]+/, ''), indent)
}

/** `Registrar<tab>MarkMonitor`, `Record created on 2018-02-05`, `Domain EXAMPLE.KG`: only where the first words are a label that we know. */
function withoutColon(text: string, indent: number): Row {
  if (startsWithHost(text)) return { kind: 'plain', indent, text }
  const words = text.split(/\s+/, 6)
  const longest = beginsLabel(normaliseLabel(words[0] ?? '')) ? words.length : 0
  for (let count = longest; count >= 1; count--) {
    const label = normaliseLabel(words.slice(0, count).join(' '))
    if (!factOf(label) || /[\d.,;]/.test(words.slice(0, count).join(''))) continue
    const rest = text.slice(indexAfterWords(text, count))
    if (rest === '') return { kind: 'title', indent, label, written: text, colon: false }
    if (/^(?:\t| {2,})/.test(rest) || isProse(label, rest.trimStart())) {
      return { kind: 'pair', indent, label, written: words.slice(0, count).join(' '), value: rest.trim() }
    }
  }
  if (/^[\p{L}\p{M}' /()]{3,60}$/u.test(text))
    return { kind: 'title', indent, label: normaliseLabel(text), written: text, colon: false }
  return { kind: 'plain', indent, text }
}

/** A label and its value in one sentence: it must go on with a date, or with a host after `Domain`. */
function isProse(label: string, rest: string): boolean {
  if (label === 'domain') return startsWithHost(rest)
  if (label.startsWith('last ')) return false // `Last updated on 2019-10-12` speaks of the registry's database.
  return (
    /\b(?:on|date|at|until|created|expires|updated)$/.test(label) &&
    /^(?:\d|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|[a-z]{3,9} +\d)/i.test(rest)
  )
}

function labelled(written: string, said: string, indent: number): Row {
  const label = bestLabel(written)
  const value = said
    .replace(/^!\w+$/, '')
    .replace(/^"(.*)"$/, '$1')
    .trim()
  return value === ''
    ? { kind: 'title', indent, label, written, colon: true }
    : { kind: 'pair', indent, label, written, value }
}

/** A label in two languages (`Nome de domínio / Domain Name`) is read in the one that we know. */
function bestLabel(written: string): string {
  const label = normaliseLabel(written)
  if (factOf(label)) return label
  return written.split(' / ').map(normaliseLabel).find(factOf) ?? label
}

const startsWithHost = (text: string) => /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+\.?(?=\s|$)/i.test(text.slice(0, 260))

function indexAfterWords(text: string, count: number): number {
  let at = 0
  for (let word = 0; word < count; word++) {
    while (/\S/.test(text.charAt(at))) at++
    if (word < count - 1) while (/\s/.test(text.charAt(at))) at++
  }
  return at
}
