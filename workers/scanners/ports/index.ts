import { defineScanner } from '../scanner.ts'
import { rules } from './rules.ts'
import { longestMillis, scan } from './scan.ts'
import { options, result } from './schema.ts'

export const ports = defineScanner({
  title: 'Open TCP ports',
  version: 1,
  accepts: ['name', 'address'],
  tier: 'active',
  visitConnections: 0,
  options,
  result,
  rules,
  longestMillis,
  scan,
})
