import { DomainError } from '#db/model/errors.ts'
import { readTarget } from '#db/model/target.ts'
import { createDoor, type NetworkSettings } from './network/live.ts'
import { lookUp } from './network/resolve.ts'

export { networkSettings } from './network/live.ts'
export { ownEndpoints } from './network/own-endpoints.ts'

export interface TargetVerdict {
  /** As given. */
  readonly target: string
  /** Null for what is no target at all. */
  readonly canonical: string | null
  /** What it resolves to; empty where the spelling alone refuses, because then nobody is asked. */
  readonly addresses: readonly string[]
  /** Null for a fair name that did not resolve, so that nothing could be checked. */
  readonly allowed: boolean | null
  /** What refuses it, in kebab-case; null where nothing does. */
  readonly rule: string | null
}

export interface CheckDeps {
  readonly network: NetworkSettings
  readonly signal: AbortSignal
}

/** Whether a scan of this target would be allowed. Asks the resolvers and connects to nothing else; never throws for what the caller gave. */
export async function checkTarget(text: string, { network, signal }: CheckDeps): Promise<TargetVerdict> {
  const target = readTarget(text)
  if (target instanceof DomainError) return verdict(text, null, [], target.rule ?? target.code)

  const { kind, canonical } = target
  const spelling = network.guard.judgeSpelling(target)
  if (kind === 'address') return verdict(text, canonical, [canonical], spelling?.rule ?? null)
  if (spelling) return verdict(text, canonical, [], spelling.rule)

  const door = createDoor(network, signal)
  const { addresses, names } = await lookUp(canonical, network.operator.resolvers, door)
  const resolved = network.guard.judgeResolved(names, addresses)
  return verdict(text, canonical, addresses, resolved?.rule ?? null)
}

function verdict(
  target: string,
  canonical: string | null,
  addresses: readonly string[],
  rule: string | null,
): TargetVerdict {
  const allowed = rule !== null ? false : addresses.length > 0 ? true : null
  return { target, canonical, addresses, allowed, rule }
}
