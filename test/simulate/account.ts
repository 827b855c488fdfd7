import type { Answer } from './world.ts'

/** One thing that people were told. */
export interface ToldNews {
  readonly at: number
  readonly host: string
  readonly rule: string
  readonly subject: string
  readonly state: 'open' | 'fixed'
  readonly messageId: string
}

export interface Accounts {
  readonly trueEvents: number
  readonly messages: number
  readonly onTime: number
  readonly late: number
  readonly never: number
  readonly doubled: number
  readonly falseNew: number
  readonly falseFixed: number
  /** The first few of what went wrong, in words. */
  readonly wrong: readonly string[]
}

interface Event {
  readonly at: number
  readonly state: 'open' | 'fixed'
}

const answersInARow = 2
const lateMillis = 15 * 60_000

/**
 * Holds what people were told against what was so: an event is true once two scans in a row were answered the same, other than people know. The first scan by a new version
 * of a scanner tells people nothing, and counts as what they know.
 */
export function account(answers: readonly Answer[], told: readonly ToldNews[], until: number): Accounts {
  const keyOf = ({ host, rule, subject }: { host: string; rule: string; subject: string }) =>
    `${host} ${rule} ${subject}`
  const saidOf = Map.groupBy(told, keyOf)
  const wrong: string[] = []
  const counts = { trueEvents: 0, onTime: 0, late: 0, never: 0, doubled: 0, falseNew: 0, falseFixed: 0 }
  const askedOf = Map.groupBy(answers, keyOf)
  for (const key of saidOf.keys())
    if (!askedOf.has(key)) {
      counts.falseNew += saidOf.get(key)!.length
      wrong.push(`${key} was told of, and nothing of the kind was ever so`)
    }
  for (const [key, asked] of askedOf) {
    const events = eventsOf(asked)
    const said = (saidOf.get(key) ?? []).toSorted((one, other) => one.at - other.at)
    counts.trueEvents += events.length
    const left = [...said]
    for (const event of events) {
      const found = left.findIndex(({ state, at }) => state === event.state && at >= event.at)
      if (found === -1) {
        // What came true in the last minutes is told after the end.
        if (event.at > until - lateMillis) counts.onTime++
        else {
          counts.never++
          wrong.push(`${key} was ${event.state} at ${stamp(event.at)}, and nobody was told`)
        }
        continue
      }
      const [news] = left.splice(found, 1)
      if (news!.at - event.at > lateMillis) counts.late++
      else counts.onTime++
    }
    for (const { state, at } of left) {
      const isDoubled = events.some((event) => event.state === state && event.at <= at)
      if (isDoubled) counts.doubled++
      else if (state === 'open') counts.falseNew++
      else counts.falseFixed++
      wrong.push(`${key} was told ${state} at ${stamp(at)} ${isDoubled ? 'twice' : 'and was not'}`)
    }
    for (const { state, at } of said) {
      const last = asked.filter((answer) => answer.verdict !== 'unknown' && answer.at <= at).at(-1)
      const isSo = last !== undefined && (last.verdict === 'present') === (state === 'open')
      if (isSo) continue
      if (state === 'open') counts.falseNew++
      else counts.falseFixed++
      wrong.push(`${key} was told ${state} at ${stamp(at)}, and the last answer said otherwise`)
    }
  }
  return { ...counts, messages: new Set(told.map(({ messageId }) => messageId)).size, wrong: wrong.slice(0, 20) }
}

const stamp = (at: number) => new Date(at).toISOString().slice(0, 16)

function eventsOf(asked: readonly Answer[]): Event[] {
  const events: Event[] = []
  let known: 'nothing' | 'open' | 'fixed' = 'nothing'
  let [streak, last, version] = [0, '', asked[0]!.version]
  for (const answer of asked) {
    if (answer.verdict === 'unknown') continue
    streak = answer.verdict === last ? streak + 1 : 1
    last = answer.verdict
    const stands = answer.verdict === 'present' ? 'open' : 'fixed'
    if (answer.version !== version) {
      version = answer.version
      // Where nothing was ever wrong there is nothing that could be known to be fixed.
      if (known !== 'nothing' || stands === 'open') known = stands
      continue
    }
    if (streak < answersInARow || known === stands || (known === 'nothing' && stands === 'fixed')) continue
    known = stands
    events.push({ at: answer.at, state: stands })
  }
  return events
}
