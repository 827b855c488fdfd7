import type { Facts, Told } from './facts.ts'

/** What two answers tell together: a registry's and its registrar's, who knows the contract, while the registry keeps delegation and statuses (RFC 5731). */
export function mergeFacts(registry: Facts, registrar: Facts): Facts {
  return {
    registrar: first(registrar.registrar, registry.registrar),
    registrarIanaId: first(registrar.registrarIanaId, registry.registrarIanaId),
    createdAt: first(registrar.createdAt, registry.createdAt),
    updatedAt: first(registrar.updatedAt, registry.updatedAt),
    expiresAt: first(registrar.expiresAt, registry.expiresAt),
    statuses: first(registry.statuses, registrar.statuses),
    nameServers: first(registry.nameServers, registrar.nameServers),
    dnssec: first(registry.dnssec, registrar.dnssec),
  }
}

/** The first that is known; where neither is, the reason that says more than that nothing was published. */
function first<Value>(one: Told<Value>, other: Told<Value>): Told<Value> {
  if ('value' in one) return one
  if ('value' in other) return other
  return one.why.reason === 'not-published' ? other : one
}
