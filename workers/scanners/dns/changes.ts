import type { FactChange } from '../scanner.ts'
import type { DnsResult } from './schema.ts'

type Answer = DnsResult['answers'][number]

/** Answers that say there is nothing, as against none at all (RFC 2308 §2). */
const saysNothing: ReadonlySet<Answer['status']> = new Set(['NXDOMAIN', 'NODATA'])
const isTold = ({ status, records }: Answer) => records.length > 0 || saysNothing.has(status)

/** Records that were answered otherwise; a question that got no answer this time is not told, and never gone. */
export function changes(before: DnsResult, after: DnsResult): FactChange[] {
  const known = new Map(before.answers.map((answer) => [`${answer.name} ${answer.type}`, answer]))
  return after.answers.flatMap((answer): FactChange[] => {
    const subject = `${answer.name} ${answer.type}`
    const was = known.get(subject)
    if (was === undefined || !isTold(was)) return []
    const facts = { subject, before: list(was), after: list(answer) }
    if (!isTold(answer))
      return [
        {
          kind: 'record-not-told',
          ...facts,
          after: answer.status,
          sentence: `${subject} was answered before and was not this time.`,
        },
      ]
    if (facts.before === facts.after) return []
    if (answer.records.length === 0)
      return [{ kind: 'record-gone', ...facts, sentence: `There is no ${subject} any more.` }]
    if (was.records.length === 0) return [{ kind: 'record-added', ...facts, sentence: `There is a ${subject} now.` }]
    return [{ kind: 'record-changed', ...facts, sentence: `${subject} says something else than before.` }]
  })
}

const list = ({ records }: Answer) => [...records].sort().join(' | ')
