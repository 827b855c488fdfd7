import { onOneLine } from '#db/model/text.ts'
import type { Report } from './report.ts'

const columns = [
  'severity',
  'title',
  'target',
  'subject',
  'addresses',
  'state',
  'retested',
  'decision',
  'reason',
  'opened',
  'lastConfirmed',
  'rule',
  'remedy',
  'reference',
  'fingerprint',
] as const

/** One line a finding (RFC 4180). What could not be told stands below, as state `unknown`. */
export function writeCsv({ findings, untold }: Report): string {
  const lines = [
    columns,
    ...findings.map((one) => [
      one.severity,
      one.title,
      one.target,
      one.subject,
      one.addresses.join(' '),
      one.state,
      one.isRetested ? 'yes' : 'no',
      one.decision,
      one.decidedReason ?? '',
      one.openedAt?.toISOString() ?? '',
      one.lastConfirmedAt?.toISOString() ?? '',
      one.rule,
      one.remedy,
      one.reference,
      one.fingerprint ?? '',
    ]),
    ...untold.map(({ target, what, address, reason }) => [
      '',
      what,
      target,
      '',
      address ?? '',
      'unknown',
      'no',
      '',
      reason,
      '',
      '',
      '',
      '',
      '',
      '',
    ]),
  ]
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('')
}

/** Quoted always; what a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection"). */
function cell(text: string): string {
  const line = onOneLine(text)
  const isFormula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(line)
  return `"${(isFormula ? `'${line}` : line).replaceAll('"', '""')}"`
}
