import { type Answer, answerOf, failed, notAsked } from '#workers/scanners/dns/query/answer.ts'
import type { Asker } from '#workers/scanners/dns/query/ask.ts'
import { isAskable, type QuestionType, type ResourceRecord } from '#workers/scanners/dns/query/wire.ts'

/** Names and what they hold, in the form of the openspf suite. */
export type SuiteZone = Readonly<Record<string, readonly ('TIMEOUT' | Readonly<Record<string, unknown>>)[]>>

/** Answers from a small world of records; whatever is not in it does not exist. */
export function suiteAsker(zone: SuiteZone): Asker {
  const world = new Map(Object.entries(zone).map(([name, records]) => [name.toLowerCase(), records]))
  const lookUp = async (name: string, type: QuestionType): Promise<Answer> => {
    if (!isAskable(name)) return notAsked('name-not-askable')
    const answers: ResourceRecord[] = []
    for (let at = name; answers.length < 16; ) {
      const held = world.get(at)
      const found = (held ?? []).flatMap((entry) => read(at, type, entry, held ?? []))
      answers.push(...found)
      const alias = found.find((record) => record.type === 'CNAME')
      if (found.length === 0 && held?.includes('TIMEOUT')) return failed('timed-out')
      if (alias?.type !== 'CNAME') return answerOf(message(held ? 0 : 3, answers), { name, type })
      at = alias.data.toLowerCase()
    }
    return failed('SERVFAIL')
  }
  return {
    lookUp,
    askServer: async () => notAsked('not-in-this-test'),
    leaveOut: () => {},
    coverage: () => ({ unit: 'queries', asked: 0, answered: 0, silent: 0, unanswered: [], leftOut: [] }),
  }
}

const message = (rcode: number, answers: readonly ResourceRecord[]) => ({
  rcode,
  authoritative: false,
  truncated: false,
  answers,
  authorities: [],
  additionals: [],
})

function read(name: string, asked: string, entry: SuiteZone[string][number], all: SuiteZone[string]): ResourceRecord[] {
  if (entry === 'TIMEOUT') return []
  const [[kind, value] = ['', '']] = Object.entries(entry)
  // An SPF entry is served as TXT too, unless the name has TXT entries of its own.
  const hasOwnTxt = all.some((one) => one !== 'TIMEOUT' && 'TXT' in one)
  const type = kind === 'SPF' && !hasOwnTxt ? 'TXT' : kind
  if (value === 'NONE' || (type !== asked && type !== 'CNAME')) return []
  const data = type === 'TXT' ? [value].flat().map((text) => Buffer.from(String(text), 'latin1')) : value
  // Safe cast: the suite holds what each type needs.
  return [{ name, type, class: 'IN', ttl: 1, data: type === 'MX' ? exchange(data) : data } as ResourceRecord]
}

const exchange = (value: unknown) => {
  const [preference, name] = value as [number, string]
  return { preference, exchange: name }
}
