import { inert } from '#db/model/inert.ts'
import { counted, labelled, wrap } from '../layout.ts'
import { explain } from '../reasons.ts'
import type { Finding, Run } from '../scan-document.ts'
import { grouped, listed, type Look, placeOf } from './look.ts'
import type { Told } from './statement.ts'

/** Whole scanners that did not tell, then single checks, by cause. */
export function whatCouldNotBeTold({ runs, findings }: Told, look: Look): string[] {
  return [...runs.flatMap((run) => runInDoubt(run, look)), ...checksInDoubt(findings, look)]
}

const verbs: Partial<Record<Run['status'], string>> = {
  inconclusive: 'could not tell',
  failed: 'could not tell',
  cancelled: 'was cancelled before it could tell',
  refused: 'was refused',
  'not-asked': 'was not asked',
}

function runInDoubt({ scanner, status, reason, detail }: Run, look: Look): string[] {
  const verb = verbs[status]
  if (verb === undefined) return []
  const because = explain(reason, detail)
  // The detail is the sentence itself where the code has none.
  const more = detail && !because.startsWith(detail.replace(/\.$/, '')) ? under(inert(detail), look) : []
  return [...doubt(`${scanner} ${verb}: ${because}`, look), ...more]
}

function checksInDoubt(findings: readonly Finding[], look: Look): string[] {
  const unknown = findings.filter(({ verdict }) => verdict === 'unknown')
  return grouped(unknown, ({ reason }) => reason ?? '').flatMap(([reason, checks]) => [
    ...doubt(`${counted(checks.length, 'check')}: ${explain(reason)}`, look),
    ...grouped(checks, ({ rule }) => rule).flatMap(([, places]) => oneRule(places, look)),
  ])
}

function oneRule(places: readonly Finding[], look: Look): string[] {
  const [first] = places
  if (!first) return []
  return under(`${inert(first.title)} (${first.severity}): ${listed(places.map(placeOf))}`, look)
}

const doubt = (text: string, { width, paint }: Look) =>
  labelled('?', inert(text), { indent: 2, column: 4, width }, (mark) => paint('doubt', mark))

const under = (text: string, { width }: Look) => wrap(text, width - 6).map((line) => `      ${line}`)
