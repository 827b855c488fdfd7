import { defineScanner } from '../scanner.ts'
import { rules } from './rules.ts'
import { longestMillis, scan } from './scan.ts'
import { options, result } from './schema.ts'

export const whois = defineScanner({
  title: 'Domain registration (RDAP, WHOIS)',
  version: 1,
  accepts: ['name'],
  options,
  result,
  rules,
  longestMillis,
  scan,
})
