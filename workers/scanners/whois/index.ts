import { defineScanner } from '../scanner.ts'
import { changes } from './changes.ts'
import { expiries, reminded } from './expiries.ts'
import { rules } from './rules.ts'
import { longestMillis } from './limits.ts'
import { options, result } from './schema.ts'

export const whois = defineScanner({
  title: 'Domain registration (RDAP, WHOIS)',
  version: 1,
  accepts: ['name'],
  canFlap: false,
  asks: 'registry',
  tier: 'passive',
  options,
  result,
  rules,
  changes,
  expiries,
  reminded,
  longestMillis,
  // Loaded when a worker scans: an API that starts has no use for what probes.
  scan: async (...given) => (await import('./scan.ts')).scan(...given),
})
