import { type Severity, severities } from '#db/model/finding.ts'
import { finalStatuses } from '#db/model/scan.ts'
import type { DayAndUrgency, DayOfScans } from '#db/queries/trends.ts'

/** One row for each day in place of one for each of its severities, with how scans ended on it. */
export function foldDays(findings: readonly DayAndUrgency[], scans: readonly DayOfScans[]) {
  const ended = Map.groupBy(scans, ({ day }) => day)
  return [...Map.groupBy(findings, ({ day }) => day)].map(([day, rows]) => {
    const sum = (of: 'opened' | 'regressed' | 'fixed' | 'open') => rows.reduce((total, row) => total + row[of], 0)
    const openOf = (severity: Severity) => rows.find(({ urgency }) => severities[urgency] === severity)?.open ?? 0
    const endedAs = (asked: string) => ended.get(day)?.find(({ status }) => status === asked)?.scans ?? 0
    return {
      day,
      opened: sum('opened'),
      regressed: sum('regressed'),
      fixed: sum('fixed'),
      open: sum('open'),
      openBySeverity: recordOf(severities, openOf),
      scans: recordOf(finalStatuses, endedAs),
    }
  })
}

const recordOf = <Key extends string>(keys: readonly Key[], valueOf: (key: Key) => number) =>
  Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<Key, number>
