import { getCACertificates } from 'node:tls'

/** PEM of every root that is trusted here: Node's, the system's, and those of CA_FILE, each once. */
export function trustedRoots(extra: string | null): string[] {
  const given = extra?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const all = [...getCACertificates('bundled'), ...getCACertificates('system'), ...given]
  return [...new Map(all.map((pem) => [pem.replaceAll(/\s/g, ''), pem])).values()]
}
