import { severities } from '#db/model/finding.ts'
import { inert } from '#db/model/inert.ts'
import { labelled } from '../layout.ts'
import type { Finding } from '../scan-document.ts'
import { type Look, placeOf } from './look.ts'

/** What is there and should not be, worst first; one entry for each rule, with every place where it was seen. */
export function whatIsWrong(findings: readonly Finding[], look: Look): string[] {
  const present = findings.filter(({ verdict }) => verdict === 'present')
  const byRule = Object.values(Object.groupBy(present, ({ rule, severity }) => `${severity} ${rule}`))
  return byRule
    .flatMap((places) => (places?.[0] ? [{ first: places[0], places }] : []))
    .sort((left, right) => rank(right.first) - rank(left.first))
    .flatMap(({ first, places }, index) => [...(index > 0 ? [''] : []), ...entry(first, places, look)])
}

const rank = ({ severity }: Finding) => severities.indexOf(severity)

function entry(rule: Finding, places: readonly Finding[], { width, paint }: Look): string[] {
  const head = { indent: 2, column: 12, width }
  const body = { indent: 4, column: 15, width }
  return [
    ...labelled(rule.severity.toUpperCase(), inert(rule.title), head, (label) => paint(rule.severity, label)),
    ...places.flatMap((place) => [
      ...labelled('where', placeOf(place), body),
      ...evidenceOf(place).flatMap((fact, index) => labelled(index === 0 ? 'evidence' : '', fact, body)),
    ]),
    ...labelled('remedy', inert(rule.remedy), body),
    ...labelled('reference', inert(rule.reference), body),
    ...labelled('rule', inert(rule.rule), body),
  ]
}

/** `not after: 2026-01-01T00:00:00Z`, one line a fact. */
const evidenceOf = ({ evidence }: Finding) =>
  Object.entries(evidence ?? {}).map(([name, value]) => `${inert(inWords(name))}: ${inert(valueOf(value))}`)

const inWords = (name: string) => name.replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function valueOf(value: unknown): string {
  if (value === null) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueOf).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
