import { defineScanner } from '../scanner.ts'
import { changes } from './changes.ts'
import { longestMillis } from './limits.ts'
import { rules } from './rules.ts'
import { options, result } from './schema.ts'

export const dns = defineScanner({
  title: 'DNS: records, name servers, mail policy',
  version: 2,
  accepts: ['name', 'record-name'],
  canFlap: false,
  asks: 'names',
  tier: 'passive',
  options,
  result,
  rules,
  changes,
  addressesOfHost: ({ hostAddresses }) => hostAddresses?.addresses ?? null,
  longestMillis: () => longestMillis,
  // Loaded when a worker scans: an API that starts has no use for what probes.
  scan: async (...given) => (await import('./scan.ts')).scan(...given),
})
