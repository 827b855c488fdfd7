import type { Endpoint, NetworkDoor } from '#workers/network/door.ts'
import type { Authority } from '#workers/network/authority.ts'
import { createDoor, type NetworkSettings, networkSettings } from '#workers/network/live.ts'

export interface LabDoorOptions {
  readonly dnsServers?: readonly Endpoint[]
  readonly allow?: readonly string[]
  readonly whoisServer?: { readonly host: string; readonly port: number } | null
  readonly rdapBootstrap?: string | null
  /** PEM text. */
  readonly extraRoots?: string | null
  readonly own?: readonly Endpoint[]
  readonly signal?: AbortSignal
}

/** Nothing answers there: a test that forgot to name a resolver asks nobody. */
const nobody: Endpoint = { address: '127.0.0.1', port: 9 }

/** The real door, open to loopback only. */
export const labDoor = (options: LabDoorOptions = {}): NetworkDoor =>
  createDoor(labSettings(options), options.signal ?? new AbortController().signal)

/** As the real door treats a public host: loopback may be dialled, and is nobody's by SCAN_ALLOW. */
export function strangersDoor(signal: AbortSignal, authority: Authority, options: LabDoorOptions = {}): NetworkDoor {
  const settings = labSettings(options)
  return createDoor({ ...settings, guard: { ...settings.guard, isOpened: () => false } }, signal, authority)
}

function labSettings(options: LabDoorOptions): NetworkSettings {
  return networkSettings({
    allow: options.allow ?? ['127.0.0.0/8', '::1/128'],
    dnsServers: options.dnsServers ?? [nobody],
    whoisServer: options.whoisServer ?? null,
    rdapBootstrap: options.rdapBootstrap ?? null,
    extraRoots: options.extraRoots ?? null,
    own: options.own ?? [],
  })
}
