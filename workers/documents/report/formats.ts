import { writeCsv } from './csv.ts'
import { writeHtml } from './html.ts'
import { writeJson } from './json.ts'
import { writeMarkdown } from './markdown.ts'
import { writePdf } from './pdf.ts'
import type { Language } from '#db/model/words/language.ts'
import type { Report } from './report.ts'
import { writeSarif } from './sarif.ts'

interface Format {
  readonly type: string
  readonly extension: string
  /** False for one that programs read, which is English always. */
  readonly isForPeople: boolean
  readonly write: (report: Report, language: Language) => string | Promise<Uint8Array<ArrayBuffer>>
}

/** Every way in which a report can be written. */
export const formats = {
  html: { type: 'text/html; charset=utf-8', extension: 'html', isForPeople: true, write: writeHtml },
  json: { type: 'application/json', extension: 'json', isForPeople: false, write: writeJson },
  pdf: { type: 'application/pdf', extension: 'pdf', isForPeople: true, write: writePdf },
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv', isForPeople: false, write: writeCsv },
  markdown: { type: 'text/markdown; charset=utf-8', extension: 'md', isForPeople: true, write: writeMarkdown },
  sarif: { type: 'application/sarif+json', extension: 'sarif', isForPeople: false, write: writeSarif },
} as const satisfies Record<string, Format>

export type ReportFormat = keyof typeof formats
export const reportFormats = Object.keys(formats) as [ReportFormat, ...ReportFormat[]]
