import { writeCsv } from './csv.ts'
import { writeHtml } from './html.ts'
import { writeJson } from './json.ts'
import { writeMarkdown } from './markdown.ts'
import { writePdf } from './pdf.ts'
import type { Report } from './report.ts'
import { writeSarif } from './sarif.ts'

interface Format {
  readonly type: string
  readonly extension: string
  readonly write: (report: Report) => string | Promise<Uint8Array<ArrayBuffer>>
}

/** Every way in which a report can be written. */
export const formats = {
  html: { type: 'text/html; charset=utf-8', extension: 'html', write: writeHtml },
  json: { type: 'application/json', extension: 'json', write: writeJson },
  pdf: { type: 'application/pdf', extension: 'pdf', write: writePdf },
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv', write: writeCsv },
  markdown: { type: 'text/markdown; charset=utf-8', extension: 'md', write: writeMarkdown },
  sarif: { type: 'application/sarif+json', extension: 'sarif', write: writeSarif },
} as const satisfies Record<string, Format>

export type ReportFormat = keyof typeof formats
export const reportFormats = Object.keys(formats) as [ReportFormat, ...ReportFormat[]]
