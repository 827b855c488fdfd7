import { z } from 'zod'
import type { Severity } from '#db/model/finding.ts'
import { words } from '#db/model/words/index.ts'
import { type Language, languages } from '#db/model/words/language.ts'
import { type ScannerName, scanners } from './index.ts'
import { type AnyScanner, visitConnectionsOf } from './scanner.ts'

// The table minus scan(): what a request may ask for, and the words for what comes back.

type OptionsByScanner = { [Name in ScannerName]: z.ZodOptional<(typeof scanners)[Name]['options']> }

const table: Readonly<Record<string, AnyScanner>> = scanners
const names = Object.keys(table)

// Safe cast: fromEntries keeps exactly the keys of `scanners`, which TypeScript cannot follow.
const optionsByScanner = Object.fromEntries(
  Object.entries(scanners).map(([name, { options }]) => [name, options.optional()]),
) as unknown as OptionsByScanner

/** Which scanners to run, and how: `{ ports: { ports: [80, 443] }, tls: {} }`. */
export const scanPlan = z
  .strictObject(optionsByScanner)
  .refine((plan) => Object.keys(plan).length > 0, 'name at least one scanner')

export type ScanPlan = z.output<typeof scanPlan>

export interface RuleWords {
  readonly title: string
  readonly severity: Severity
  readonly remedy: string
  readonly reference: string
}

/** A rule's words; one that no longer exists is named by its id, since what it once said stays in old scans. */
export function describeRule(scanner: string, id: string, language: Language = 'en'): RuleWords {
  const { title, severity, remedy, reference } = table[scanner]?.rules.find((rule) => rule.id === id) ?? {
    title: id,
    severity: 'info',
    remedy: '',
    reference: '',
  }
  return { title, severity, remedy, reference, ...words[language].rules[id] }
}

/** Rules whose title, in any language, has this in it. */
export const rulesTitled = (text: string): string[] =>
  Object.values(table).flatMap(({ rules }) =>
    rules
      .filter(({ id, title }) =>
        [title, ...languages.map((language) => words[language].rules[id]?.title ?? '')].some((title) =>
          title.toLowerCase().includes(text.toLowerCase()),
        ),
      )
      .map(({ id }) => id),
  )

export const describeScanner = (name: string, language: Language = 'en'): { readonly title: string } => ({
  title: words[language].scanners[name] ?? table[name]?.title ?? name,
})

/** Where a scanner stands in the table; the unknown come last. */
export function scannerOrder(name: string): number {
  const place = names.indexOf(name)
  return place === -1 ? names.length : place
}

/** What a scanner asks of a host that nobody has proved to be theirs: all it asks, one visit, or nothing. */
export const asksWithoutProof = ['all', 'visit', 'nothing'] as const

function withoutProof(scanner: AnyScanner): (typeof asksWithoutProof)[number] {
  const connections = visitConnectionsOf(scanner)
  if (connections === null) return 'all'
  return connections > 0 ? 'visit' : 'nothing'
}

export { laneStates } from './scanner.ts'

/** The whole catalogue, with JSON Schemas (2020-12) of options and results. */
export const catalogue = () =>
  Object.entries(table).map(([name, scanner]) => ({
    name,
    title: scanner.title,
    version: scanner.version,
    accepts: [...scanner.accepts],
    withoutProof: withoutProof(scanner),
    options: z.toJSONSchema(scanner.options, { io: 'input' }) as Record<string, unknown>,
    result: z.toJSONSchema(scanner.result) as Record<string, unknown>,
    rules: scanner.rules.map(({ id, title, severity, remedy, reference }) => ({
      id,
      title,
      severity,
      remedy,
      reference,
    })),
  }))
