import { type Finding, type Run, type ScanDocument, scanDocument } from '#apps/cli/scan-document.ts'

export const aFinding = (given: Partial<Finding> = {}): Finding => ({
  rule: 'ports/database-exposed',
  title: 'A database answers from the internet',
  severity: 'high',
  scanner: 'ports',
  subject: '5432/tcp',
  address: '192.0.2.10',
  verdict: 'present',
  reason: null,
  evidence: { service: 'PostgreSQL' },
  remedy: 'Bind the database to a private address.',
  reference: 'CIS Controls v8 §4.4',
  ...given,
})

export const aRun = (given: Partial<Run> = {}): Run => ({
  scanner: 'dns',
  status: 'completed',
  reason: null,
  detail: null,
  progress: null,
  coverage: { unit: 'queries', asked: 4, answered: 4, silent: 0, unanswered: [], leftOut: [] },
  result: {},
  ...given,
})

/** A scan as the API shows it, with fields that the command line does not read. */
export const aScan = (given: Partial<ScanDocument> = {}) => ({
  ...scanDocument.parse({
    id: '01932b5e-0000-7000-8000-000000000001',
    status: 'completed',
    reason: null,
    target: { canonical: 'shop.lab', display: 'shop.lab', kind: 'name' },
    startedAt: '2026-11-25T10:00:00.000Z',
    finishedAt: '2026-11-25T10:00:02.000Z',
    deadline: new Date(Date.now() + 600_000).toISOString(),
    runs: [aRun()],
    findings: [],
  }),
  attempt: 1,
  ...given,
})
