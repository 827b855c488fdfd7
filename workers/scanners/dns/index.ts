import { defineScanner } from '../scanner.ts'
import { changes } from './changes.ts'
import { longestMillis } from './limits.ts'
import { rules } from './rules.ts'
import { options, result } from './schema.ts'

export const dns = defineScanner({
  title: 'DNS: records, name servers, mail policy',
  version: 1,
  accepts: ['name', 'record-name'],
  canFlap: false,
  tier: 'passive',
  options,
  result,
  rules,
  changes,
  longestMillis: () => longestMillis,
  // Loaded when a worker scans: an API that starts has no use for what probes.
  scan: async (...given) => (await import('./scan.ts')).scan(...given),
})
