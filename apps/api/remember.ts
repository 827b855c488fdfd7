import type { Bus } from '#db/bus.ts'

/** How long what was looked up holds where the bus is silent. */
const holdsMillis = 900
const keptAtMost = 1000

/** Look-ups of credentials, each kept for a moment and forgotten at any word that one of them has changed: what was revoked is dead within a second in every process. */
export function remembering<Value>(bus: Pick<Bus, 'on' | 'onGap'>) {
  const known = new Map<string, { value: Value; until: number }>()
  let changes = 0
  const forget = () => {
    changes++
    known.clear()
  }
  bus.on('credential', forget)
  bus.onGap(forget)
  return async (key: string, lookUp: () => Promise<Value>): Promise<Value> => {
    const found = known.get(key)
    if (found && found.until > performance.now()) return found.value
    const [asked, until] = [changes, performance.now() + holdsMillis]
    const value = await lookUp()
    if (known.size >= keptAtMost) known.clear()
    // What was looked up before a change may be from before it.
    if (asked === changes) known.set(key, { value, until })
    return value
  }
}
