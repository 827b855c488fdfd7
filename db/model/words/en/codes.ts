import type { CodeWords } from '../code-words.ts'
import { reasons } from './reasons.ts'

export const codes: CodeWords = {
  reasons,
  refusals: {},
  rules: {},
  scanners: {},
  problems: {},
  sayChange: ({ sentence }) => sentence,
}
