import { defineScanner } from '../scanner.ts'
import { changes } from './changes.ts'
import { lanes } from './lanes.ts'
import { rules } from './rules.ts'
import { longestMillis, scan } from './scan.ts'
import { options, result } from './schema.ts'

export const ports = defineScanner({
  title: 'Open TCP ports',
  version: 1,
  accepts: ['name', 'address'],
  canFlap: true,
  asks: 'host',
  tier: 'active',
  visitConnections: 0,
  options,
  result,
  rules,
  changes,
  lanes,
  longestMillis,
  scan,
})
