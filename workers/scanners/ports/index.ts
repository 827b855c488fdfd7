import { defineScanner } from '../scanner.ts'
import { rules } from './rules.ts'
import { longestMillis, scan } from './scan.ts'
import { options, result } from './schema.ts'

export const ports = defineScanner({
  title: 'Open TCP ports',
  version: 1,
  accepts: ['name', 'address'],
  options,
  result,
  rules,
  longestMillis,
  scan,
})
