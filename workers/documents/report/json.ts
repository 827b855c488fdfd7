import { type Report, summaryOf } from './report.ts'

/** The report as data; dates are ISO 8601, in UTC. Its JSON Schema stands beside the routes. */
export const writeJson = (report: Report): string =>
  `${JSON.stringify({ version: 1, summary: summaryOf(report), ...report }, null, 2)}\n`
