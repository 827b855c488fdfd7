import { X509Certificate } from 'node:crypto'
import { comparableName, isParsed, type ParsedCertificate, readCertificate } from './read-certificate.ts'

/** The trusted roots, found by name or by fingerprint. */
export interface RootStore {
  bySubject(name: string): readonly ParsedCertificate[]
  has(fingerprint: string): boolean
}

// A process trusts one list for as long as it lives, and reading hundreds of certificates takes a tenth of a second.
const stores = new WeakMap<readonly string[], RootStore>()

/** The store of these PEM texts; what among them is no certificate is left out. */
export function storeRoots(pems: readonly string[]): RootStore {
  const known = stores.get(pems)
  if (known !== undefined) return known
  const store = readRoots(pems)
  stores.set(pems, store)
  return store
}

function readRoots(pems: readonly string[]): RootStore {
  const handles = new Map<string, X509Certificate>()
  for (const handle of pems.flatMap(handlesIn))
    handles.set(handle.fingerprint256.replaceAll(':', '').toLowerCase(), handle)

  const namesakes = Map.groupBy(handles.values(), ({ subject }) => comparableName(subject))
  const parsed = new Map<string, readonly ParsedCertificate[]>()
  const parse = (name: string) =>
    (namesakes.get(name) ?? []).map(({ raw }) => readCertificate(raw, handles)).filter(isParsed)
  return {
    has: (fingerprint) => handles.has(fingerprint),
    bySubject(name) {
      const found = parsed.get(name) ?? parse(name)
      if (found.length > 0) parsed.set(name, found)
      return found
    },
  }
}

/** CA_FILE holds several certificates in one text. */
function handlesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)]
    } catch {
      return []
    }
  })
}
