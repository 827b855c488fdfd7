import type { Api, Deps } from '../app.ts'
import { healthz } from './health/healthz.ts'
import { readyz } from './health/readyz.ts'
import { listScanners } from './scanners/list.ts'
import { listScans } from './scans/list.ts'
import { readScan } from './scans/read.ts'
import { submitScan } from './scans/submit.ts'

/** The API's table of contents. */
export const routes: readonly ((app: Api, deps: Deps) => void)[] = [
  submitScan,
  readScan,
  listScans,
  listScanners,
  healthz,
  readyz,
]
