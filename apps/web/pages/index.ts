import type { ComponentType } from 'preact'
import type { PageName } from '../paths.ts'

/** What stands where, each loaded when it is first gone to. A page takes the segments of its address from `useRoute().params`. */
export const pages: Readonly<Record<PageName, () => Promise<{ readonly default: ComponentType }>>> = {
  overview: () => import('./overview/overview.tsx'),
  newScan: () => import('./new-scan/new-scan.tsx'),
  targets: () => import('./targets/targets.tsx'),
  target: () => import('./target/target.tsx'),
  scans: () => import('./scans/scans.tsx'),
  scan: () => import('./scan/scan.tsx'),
  diff: () => import('./diff/diff.tsx'),
  findings: () => import('./findings/findings.tsx'),
  finding: () => import('./finding/finding.tsx'),
  certificates: () => import('./certificates/certificates.tsx'),
  schedules: () => import('./schedules/schedules.tsx'),
  schedule: () => import('./schedule/schedule.tsx'),
  alerts: () => import('./alerts/alerts.tsx'),
  reports: () => import('./reports/reports.tsx'),
  batches: () => import('./batches/batches.tsx'),
  batch: () => import('./batch/batch.tsx'),
  queues: () => import('./queues/queues.tsx'),
  jobs: () => import('./job/jobs.tsx'),
  job: () => import('./job/job.tsx'),
  account: () => import('./account/account.tsx'),
  organisation: () => import('./organisation/organisation.tsx'),
  audit: () => import('./audit/audit.tsx'),
  instance: () => import('./instance/instance.tsx'),
  risk: () => import('./risk/risk.tsx'),
}
