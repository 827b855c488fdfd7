import { defineScanner } from '../scanner.ts'
import { changes } from './changes.ts'
import { expiries, reminded } from './expiries.ts'
import { rules } from './rules.ts'
import { served } from './served.ts'
import { longestMillis, scan } from './scan.ts'
import { options, result } from './schema.ts'

export const tls = defineScanner({
  title: 'TLS versions and certificates',
  version: 1,
  accepts: ['name', 'address'],
  canFlap: true,
  asks: 'host',
  tier: 'active',
  // TLS 1.3 and 1.2, each offered once.
  visitConnections: 2,
  options,
  result,
  rules,
  changes,
  expiries,
  reminded,
  served,
  longestMillis,
  scan,
})
