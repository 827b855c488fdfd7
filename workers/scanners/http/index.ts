import { defineScanner } from '../scanner.ts'
import { rules } from './rules.ts'
import { longestMillis } from './limits.ts'
import { options, result } from './schema.ts'

export const http = defineScanner({
  title: 'Web server: redirects, header fields, cookies and policies',
  version: 1,
  accepts: ['name', 'address'],
  canFlap: true,
  asks: 'host',
  tier: 'passive',
  options,
  result,
  rules,
  longestMillis,
  // Loaded when a worker scans: an API that starts has no use for what probes.
  scan: async (...given) => (await import('./scan.ts')).scan(...given),
})
