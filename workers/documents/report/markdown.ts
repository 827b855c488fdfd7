import { inert } from '#db/model/inert.ts'
import { type Report, type ReportedFinding, summaryOf } from './report.ts'

/** GitHub-flavoured Markdown (CommonMark with tables). */
export function writeMarkdown(report: Report): string {
  const { about, generatedAt, findings, untold, runs, scan, isCut } = report
  return [
    `# ${text(about)}`,
    summaryOf(report),
    scan === null
      ? `As of ${day(generatedAt)}.`
      : `Scan ${scan.id}, ${scan.status}${scan.finishedAt === null ? '' : `, ended ${day(scan.finishedAt)}`}.`,
    findings.length === 0 ? '' : '## Findings',
    ...findings.map(finding),
    isCut ? 'More findings were left out: a report holds 5,000.' : '',
    untold.length === 0
      ? ''
      : `## Could not be told\n\n${untold.map(({ target, what, reason }) => `- ${text(target)}: ${text(what)} (${text(reason)})`).join('\n')}`,
    runs.length === 0
      ? ''
      : `## How far it got\n\n| Scanner | Status | Answered |\n| --- | --- | --- |\n${runs.map(({ title, status, reason, asked, answered, unit }) => `| ${text(title)} | ${status}${reason === null ? '' : ` (${text(reason)})`} | ${asked === null ? '–' : `${answered} of ${asked} ${text(unit ?? '')}`} |`).join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

const finding = (one: ReportedFinding) =>
  [
    `### ${one.severity}: ${text(one.title)}`,
    '',
    `- Where: ${text(one.target)}, ${text(one.subject)}${one.addresses.length === 0 ? '' : ` at ${one.addresses.map(text).join(', ')}`}`,
    `- State: ${one.state}${one.isRetested ? '' : ', not re-tested by the last scan'}${one.openedAt === null ? '' : `, since ${day(one.openedAt)}`}`,
    ...(one.decision === 'none'
      ? []
      : [`- Decision: ${one.decision}${one.decidedReason === null ? '' : `, ${text(one.decidedReason)}`}`]),
    ...Object.entries(one.evidence ?? {}).map(
      ([name, value]) => `- Seen, ${text(name)}: ${text(typeof value === 'string' ? value : JSON.stringify(value))}`,
    ),
    `- What to do: ${text(one.remedy)}`,
    `- Rests on: ${text(one.reference)}`,
  ].join('\n')

/** No sign of it is Markdown or HTML. */
const text = (foreign: string) =>
  inert(foreign).replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&:@/]/g, (sign) =>
    needsReference.has(sign) ? `&#${sign.codePointAt(0)};` : `\\${sign}`,
  )

/** What would become a tag, an entity, or a link by itself. */
const needsReference: ReadonlySet<string> = new Set(['<', '>', '&', ':', '@', '/'])

const day = (instant: Date) => instant.toISOString().slice(0, 16).replace('T', ' ') + ' UTC'
