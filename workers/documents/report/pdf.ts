import { buffer } from 'node:stream/consumers'
import { inert } from '#db/model/inert.ts'
import { type Report, type ReportedFinding, summaryOf } from './report.ts'

/** So many are drawn in a moment; whoever wants more takes another format. */
const findingsAtMost = 300

type Document = PDFKit.PDFDocument

/** A tagged PDF (PDF 1.7, §14.8): headings, paragraphs and lists stand in its structure tree, so that it can be read aloud and read back. */
export async function writePdf(report: Report): Promise<Uint8Array<ArrayBuffer>> {
  const { default: PDFDocument } = await import('pdfkit')
  const { about, generatedAt, findings, untold, runs, scan, isCut } = report
  const title = drawn(`Portlight: ${about}`)
  const document = new PDFDocument({
    size: 'A4',
    margin: 56,
    pdfVersion: '1.7',
    lang: 'en',
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
  say('P', summaryOf(report))
  say(
    'P',
    scan === null
      ? `As of ${when(generatedAt)}.`
      : `Scan ${scan.id}, ${scan.status}${scan.finishedAt === null ? '' : `, ended ${when(scan.finishedAt)}`}.`,
  )
  const shown = findings.slice(0, findingsAtMost)
  if (shown.length > 0) say('H2', 'Findings')
  for (const one of shown) {
    say('H3', `${one.severity}: ${one.title}`)
    for (const line of linesOf(one)) say('P', line)
  }
  if (isCut || findings.length > shown.length) say('P', 'More findings were left out.')
  if (untold.length > 0) {
    say('H2', 'Could not be told')
    say('P', 'These were asked and not answered: nothing is claimed of them.')
    for (const { target, what, reason } of untold.slice(0, findingsAtMost)) say('P', `${target}: ${what} (${reason})`)
  }
  if (runs.length > 0) {
    say('H2', 'How far it got')
    for (const { title, status, reason, asked, answered, unit } of runs)
      say(
        'P',
        `${title}: ${status}${reason === null ? '' : ` (${reason})`}${asked === null ? '' : `, ${answered} of ${asked} ${unit ?? ''} answered`}`,
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

const linesOf = (one: ReportedFinding): string[] => [
  `Where: ${one.target}, ${one.subject}${one.addresses.length === 0 ? '' : ` at ${one.addresses.join(', ')}`}`,
  `State: ${one.state}${one.isRetested ? '' : ', not re-tested by the last scan'}${one.openedAt === null ? '' : `, since ${when(one.openedAt)}`}`,
  ...(one.decision === 'none'
    ? []
    : [`Decision: ${one.decision}${one.decidedReason === null ? '' : `, ${one.decidedReason}`}`]),
  ...Object.entries(one.evidence ?? {}).map(
    ([name, value]) => `Seen, ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ),
  `What to do: ${one.remedy}`,
  `Rests on: ${one.reference}`,
]

/** What the standard fonts can draw (WinAnsi, as far as it is Latin 1); every other letter is spelled, and none dropped. */
const drawn = (text: string) =>
  inert(text).replace(/[^\x20-\x7e\xa1-\xff–—‘’“”•…€]/gu, (letter) => `\\u{${letter.codePointAt(0)!.toString(16)}}`)

const when = (instant: Date) => `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`
