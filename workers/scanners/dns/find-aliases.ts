import { type Answer, type AnswerStatus, domainName } from './query/answer.ts'
import type { Asker } from './query/ask.ts'

export interface Aliases {
  /** The names that the first one is an alias of, in order. */
  readonly chain: string[]
  /** How the CNAME question for the last of them, or for the name itself, was answered. */
  readonly end: AnswerStatus
  readonly reason: string | null
  readonly isLoop: boolean
}

const maxChain = 16

/** Follows CNAME by CNAME, so that a target that does not exist is seen as what it is. */
export async function findAliases(name: string, { lookUp }: Asker): Promise<Aliases> {
  const chain: string[] = []
  for (;;) {
    const answer: Answer = await lookUp(chain.at(-1) ?? name, 'CNAME')
    const target = targetOf(answer)
    const isLoop = target !== null && (target === name || chain.includes(target))
    if (target === null || isLoop || chain.length === maxChain) {
      return { chain, end: answer.status, reason: answer.reason, isLoop }
    }
    chain.push(target)
  }
}

function targetOf({ records }: Answer): string | null {
  const [target = null] = records.flatMap((record) => (record.type === 'CNAME' ? [domainName(record.data)] : [])).sort()
  return target
}
