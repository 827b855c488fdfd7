import type { CodeWords } from '../code-words.ts'
import { sayChange } from './changes.ts'
import { problemSentences as problems } from './problem-sentences.ts'
import { reasons } from './reasons.ts'
import { refusals } from './refusals.ts'
import { rules, scanners } from './rules.ts'

export const codes: CodeWords = { reasons, refusals, rules, scanners, problems, sayChange }
