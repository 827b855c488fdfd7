import { getDomain } from 'tldts'

/** The domain that a registry knows: one label below the public suffix, by ICANN's part of the list only. The private part names no registries. Null for a suffix itself. */
export const registrableDomain = (name: string): string | null =>
  getDomain(name, { allowPrivateDomains: false, extractHostname: false, detectIp: false })
