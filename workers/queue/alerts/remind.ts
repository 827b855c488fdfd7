import type { Db } from '#db/connect.ts'
import type { ToldChange } from '#db/model/alert.ts'
import { severities } from '#db/model/finding.ts'
import { insertAlert } from '#db/queries/alerts.ts'
import { type DueReminder, takeDueReminders } from '#db/queries/expiries.ts'
import { describeRule } from '#workers/scanners/catalog.ts'

const atOnce = 500

/** Reminds people of what ends soon, once at each of 30, 14, 7, 3 and 1 days before: what was renewed has another end, and is silent. */
export const remind = (db: Db): Promise<void> =>
  db.transaction().execute(async (db) => {
    const due = await takeDueReminders(db, atOnce)
    const byTarget = Map.groupBy(due, ({ targetId }) => targetId)
    for (const [targetId, reminders] of byTarget) {
      const changes = reminders.map(changeOf)
      const worst = Math.max(...changes.map(({ severity }) => severities.indexOf(severity)))
      const { organisationId } = reminders[0]!
      await insertAlert(db, { organisationId, targetId, scanId: null, severity: severities[worst]!, changes })
    }
  })

const changeOf = ({ scanner, rule, subject, expiresAt, daysLeft }: DueReminder): ToldChange => ({
  findingId: null,
  kind: 'expires',
  state: 'open',
  rule,
  scanner,
  severity: describeRule(scanner, rule).severity,
  subject,
  addresses: [],
  evidence: { expiresAt: expiresAt.toISOString(), daysLeft },
})
