import { inertJson } from '#db/model/inert.ts'
import { type Report, summaryOf } from './report.ts'

/** The report as data on one line; dates are ISO 8601, in UTC. A terminal may show it. */
export const writeJson = (report: Report): string =>
  `${inertJson({ version: 1, summary: summaryOf(report), ...report })}\n`
