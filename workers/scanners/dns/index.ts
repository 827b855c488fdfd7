import { defineScanner } from '../scanner.ts'
import { longestMillis } from './query/ask.ts'
import { rules } from './rules.ts'
import { scan } from './scan.ts'
import { options, result } from './schema.ts'

export const dns = defineScanner({
  title: 'DNS: records, name servers, mail policy',
  version: 1,
  accepts: ['name', 'record-name'],
  options,
  result,
  rules,
  longestMillis: () => longestMillis,
  scan,
})
