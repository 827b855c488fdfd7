import { inert } from '#db/model/inert.ts'
import { wrap } from '../layout.ts'
import { howFar } from './coverage.ts'
import { whatCouldNotBeTold } from './doubts.ts'
import type { Look } from './look.ts'
import { whatIsOpen } from './open.ts'
import { byWhatRight } from './rights.ts'
import { statement, type Told } from './statement.ts'
import { whatIsWrong } from './wrong.ts'

export interface ReportLook extends Look {
  /** Where the whole scan can be read; null where nothing will answer there any more. */
  readonly link: string | null
}

/**
 * The report for people: a sentence, then what is open, what is wrong, what could not be told, and how far each scanner got.
 * It knows no scanner but `ports`, whose result is what is open.
 */
export function renderReport(told: Told, look: ReportLook): string {
  const { paint, width } = look
  const { display, canonical } = told.target
  const heading = (text: string) => wrap(inert(text), width).map((line) => paint('heading', line))
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', ...heading(title), ...lines]
  const lines = [
    ...heading(display === canonical ? display : `${display} (${canonical})`),
    ...wrap(inert(statement(told)), width),
    ...section('What is open', whatIsOpen(told.runs, look)),
    ...section('What is wrong', whatIsWrong(told.findings, look)),
    ...section('What could not be told', whatCouldNotBeTold(told, look)),
    ...section('By what right', byWhatRight(told.runs, look)),
    ...section('Coverage: answered is not the same as safe', howFar(told.runs, look)),
    ...(look.link === null ? [] : ['', ...wrap(inert(`All of it: ${look.link}`), width)]),
  ]
  return `${lines.join('\n')}\n`
}
