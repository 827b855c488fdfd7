import { inert } from '#db/model/inert.ts'
import { sayReason, words } from '#db/model/words/index.ts'
import type { Language } from '#db/model/words/language.ts'
import { type Report, type ReportedFinding, sayUntold, summaryOf } from './report.ts'

/** GitHub-flavoured Markdown (CommonMark with tables). */
export function writeMarkdown(report: Report, language: Language = 'en'): string {
  const { about, generatedAt, findings, untold, runs, scan, isCut } = report
  const { report: says, terms } = words[language]
  const untoldLines = untold.map((one) => `- ${sayUntold(one, language, text)}`)
  const rows = runs.map(
    ({ title, status, reason, asked, answered, unit }) =>
      `| ${text(title)} | ${terms.runStatus[status]}${reason === null ? '' : ` (${text(sayReason(reason, language))})`} | ${asked === null ? '–' : text(says.answeredOf(answered ?? 0, asked, unit ?? ''))} |`,
  )
  return [
    `# ${text(about)}`,
    summaryOf(report, language),
    scan === null
      ? says.asOf(when(generatedAt, language))
      : says.scan(scan.id, terms.scanStatus[scan.status], scan.finishedAt && when(scan.finishedAt, language)),
    findings.length === 0 ? '' : `## ${says.findings}`,
    ...findings.map((one) => finding(one, language)),
    isCut ? says.cut : '',
    untold.length === 0 ? '' : `## ${says.untold}\n\n${untoldLines.join('\n')}`,
    runs.length === 0
      ? ''
      : `## ${says.howFar}\n\n| ${says.scanner} | ${says.status} | ${says.answered} |\n| --- | --- | --- |\n${rows.join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function finding(one: ReportedFinding, language: Language): string {
  const { report: says, terms } = words[language]
  const since = one.openedAt === null ? '' : says.since(when(one.openedAt, language))
  return [
    `### ${terms.severity[one.severity]}: ${text(one.title)}`,
    '',
    `- ${says.where}: ${text(one.target)}, ${text(one.subject)}${one.addresses.length === 0 ? '' : says.at(one.addresses.map(text).join(', '))}`,
    `- ${says.state}: ${terms.findingState[one.state]}${one.isRetested ? '' : says.notRetested}${since}`,
    ...(one.decision === 'none'
      ? []
      : [
          `- ${says.decision}: ${terms.decision[one.decision]}${one.decidedReason === null ? '' : `, ${text(one.decidedReason)}`}`,
        ]),
    ...Object.entries(one.evidence ?? {}).map(
      ([name, value]) =>
        `- ${says.seen(text(name))}: ${text(typeof value === 'string' ? value : JSON.stringify(value))}`,
    ),
    `- ${says.whatToDo}: ${text(one.remedy)}`,
    `- ${says.restsOn}: ${text(one.reference)}`,
  ].join('\n')
}

/** No sign of it is Markdown or HTML. */
const text = (foreign: string) =>
  inert(foreign).replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&:@/]/g, (sign) =>
    needsReference.has(sign) ? `&#${sign.codePointAt(0)};` : `\\${sign}`,
  )

/** What would become a tag, an entity, or a link by itself. */
const needsReference: ReadonlySet<string> = new Set(['<', '>', '&', ':', '@', '/'])

const when = (instant: Date, language: Language) => words[language].formats.instant(instant.toISOString())
