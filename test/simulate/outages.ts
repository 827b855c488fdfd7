import type { Span, World } from './world.ts'

export interface ToldOutage {
  readonly messageId: string
  readonly at: number
  readonly host: string
  readonly kind: string
  /** `outage/host`, `outage/resolver` … */
  readonly rule: string
  readonly evidence: Readonly<Record<string, string>> | null
}

export interface OutageAccount {
  readonly told: number
  readonly over: number
  readonly wrong: readonly string[]
  readonly never: readonly string[]
}

const hour = 3_600_000
const causes = ['network', 'resolver', 'registry'] as const

/** Holds what was told of outages against what was so: each of a true one, by the right cause, in one message; none that lasted left out. */
export function accountOutages(world: World, told: readonly ToldOutage[]): OutageAccount {
  const wrong: string[] = []
  const messages = new Map<string, Set<string>>()
  for (const { messageId, at, host, kind, rule, evidence } of told) {
    const cause = rule.slice('outage/'.length)
    const spans = cause === 'host' ? world.silencesOf(host) : world.outages[cause as (typeof causes)[number]]
    const since = Date.parse(evidence!['since']!)
    // Whoever is first silent for another cause is told by the one that is found when it is told.
    const span = spans.find(({ from, to }) => from <= at && since < to && (kind === 'answers-again' || at <= to + hour))
    const what = `${kind} ${rule} ${cause === 'host' ? host : ''}`
    if (span === undefined) wrong.push(`${what} was told at ${iso(at)}, since ${iso(since)}, and was not so`)
    else {
      const key = `${what} ${iso(span.from)}`
      messages.set(key, (messages.get(key) ?? new Set()).add(messageId))
    }
  }
  for (const [what, ids] of messages) if (ids.size > 1) wrong.push(`${what} was told in ${ids.size} messages`)
  const has = (cause: string, { from }: Span) => messages.has(`silent outage/${cause}  ${iso(from)}`)
  const never = (['network', 'resolver'] as const).flatMap((cause) =>
    world.outages[cause]
      .filter((span) => isNoticed(world, cause, span) && !has(cause, span))
      .map((span) => `the ${cause} was out from ${iso(span.from)} to ${iso(span.to)}, and nobody was told`),
  )
  const count = (kind: string) => [...messages.keys()].filter((key) => key.startsWith(`${kind} `)).length
  return { told: count('silent'), over: count('answers-again'), wrong, never }
}

/** Long enough for two scans of an hourly host, while workers and schedules were there and nothing else was out. */
function isNoticed(world: World, cause: 'network' | 'resolver', { from, to }: Span): boolean {
  const others = (['network', 'resolver', 'workers', 'schedulers'] as const).filter((other) => other !== cause)
  const isAlone = others.every((other) => world.outages[other].every((span) => span.to < from || span.from > to))
  return isAlone && to - from > 3 * hour
}

const iso = (at: number) => new Date(at).toISOString()
