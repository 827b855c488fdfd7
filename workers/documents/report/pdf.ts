import { buffer } from 'node:stream/consumers'
import { inert } from '#db/model/inert.ts'
import { sayReason, words } from '#db/model/words/index.ts'
import type { Language } from '#db/model/words/language.ts'
import { type Report, type ReportedFinding, sayUntold, summaryOf } from './report.ts'

/** So many are drawn in a moment; whoever wants more takes another format. */
const findingsAtMost = 300

type Document = PDFKit.PDFDocument

/** A tagged PDF (PDF 1.7, §14.8): headings, paragraphs and lists stand in its structure tree, so that it can be read aloud and read back. */
export async function writePdf(report: Report, language: Language = 'en'): Promise<Uint8Array<ArrayBuffer>> {
  const { default: PDFDocument } = await import('pdfkit')
  const { about, generatedAt, findings, untold, runs, scan, isCut } = report
  const { report: says, terms } = words[language]
  const title = drawn(`Portlight: ${about}`)
  const document = new PDFDocument({
    size: 'A4',
    margin: 56,
    pdfVersion: '1.7',
    lang: language,
    tagged: true,
    displayTitle: true,
    info: { Title: title, Producer: 'Portlight', Creator: 'Portlight', CreationDate: generatedAt },
  })
  const whole = buffer(document)
  const tree = document.struct('Document')
  document.addStructure(tree)
  const say = (kind: 'H1' | 'H2' | 'H3' | 'P', text: string) =>
    tree.add(
      document.struct(
        kind,
        {},
        () =>
          void inStyle(document, kind)
            .moveDown(kind === 'P' || kind === 'H1' ? 0 : 0.6)
            .text(drawn(text))
            .moveDown(0.3),
      ),
    )

  say('H1', about)
  say('P', summaryOf(report, language))
  say(
    'P',
    scan === null
      ? says.asOf(when(generatedAt, language))
      : says.scan(scan.id, terms.scanStatus[scan.status], scan.finishedAt && when(scan.finishedAt, language)),
  )
  const shown = findings.slice(0, findingsAtMost)
  if (shown.length > 0) say('H2', says.findings)
  for (const one of shown) {
    say('H3', `${terms.severity[one.severity]}: ${one.title}`)
    for (const line of linesOf(one, language)) say('P', line)
  }
  if (isCut || findings.length > shown.length) say('P', says.leftOut)
  if (untold.length > 0) {
    say('H2', says.untold)
    say('P', says.untoldText)
    for (const one of untold.slice(0, findingsAtMost)) say('P', sayUntold(one, language))
  }
  if (runs.length > 0) {
    say('H2', says.howFar)
    for (const { title, status, reason, asked, answered, unit } of runs)
      say(
        'P',
        `${title}: ${terms.runStatus[status]}${reason === null ? '' : ` (${sayReason(reason, language)})`}${asked === null ? '' : `, ${says.wereAnswered(says.answeredOf(answered ?? 0, asked, unit ?? ''))}`}`,
      )
  }
  tree.end()
  document.end()
  return new Uint8Array(await whole)
}

const styles = {
  H1: [20, 'Helvetica-Bold'],
  H2: [15, 'Helvetica-Bold'],
  H3: [12, 'Helvetica-Bold'],
  P: [10, 'Helvetica'],
} as const

const inStyle = (document: Document, kind: keyof typeof styles) => {
  const [size, font] = styles[kind]
  return document.fontSize(size).font(font)
}

function linesOf(one: ReportedFinding, language: Language): string[] {
  const { report: says, terms } = words[language]
  const since = one.openedAt === null ? '' : says.since(when(one.openedAt, language))
  return [
    `${says.where}: ${one.target}, ${one.subject}${one.addresses.length === 0 ? '' : says.at(one.addresses.join(', '))}`,
    `${says.state}: ${terms.findingState[one.state]}${one.isRetested ? '' : says.notRetested}${since}`,
    ...(one.decision === 'none'
      ? []
      : [
          `${says.decision}: ${terms.decision[one.decision]}${one.decidedReason === null ? '' : `, ${one.decidedReason}`}`,
        ]),
    ...Object.entries(one.evidence ?? {}).map(
      ([name, value]) => `${says.seen(name)}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
    `${says.whatToDo}: ${one.remedy}`,
    `${says.restsOn}: ${one.reference}`,
  ]
}

/** What the standard fonts can draw (WinAnsi, as far as it is Latin 1); every other letter is spelled, and none dropped. */
const drawn = (text: string) =>
  inert(text).replace(/[^\x20-\x7e\xa1-\xff–—‘’‚“”„•…€]/gu, (letter) => `\\u{${letter.codePointAt(0)!.toString(16)}}`)

const when = (instant: Date, language: Language) => words[language].formats.instant(instant.toISOString())
