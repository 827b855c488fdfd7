import type { FactChange } from '../scanner.ts'
import { type PortsResult, type PortState, statesOf } from './schema.ts'

const words: Readonly<Record<PortState, string>> = {
  open: 'is open',
  closed: 'is closed',
  filtered: 'gives no answer',
}

/** Ports that were asked both times at one address and stand otherwise now. */
export function changes(before: PortsResult, after: PortsResult): FactChange[] {
  const known = new Map(before.addresses.map((seen) => [seen.address, statesOf(seen)]))
  return after.addresses.flatMap((seen) =>
    [...statesOf(seen)].flatMap(([port, state]): FactChange[] => {
      const was = known.get(seen.address)?.get(port)
      if (was === undefined || was === state) return []
      const kind = state === 'open' ? 'port-opened' : state === 'closed' ? 'port-closed' : 'port-not-told'
      const subject = `${port}/tcp at ${seen.address}`
      return [{ kind, subject, before: was, after: state, sentence: `${subject} was ${was} and ${words[state]} now.` }]
    }),
  )
}
