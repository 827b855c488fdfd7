import type { Run } from '../told.ts'

export interface Protocol {
  readonly version: string
  readonly state: 'accepted' | 'rejected' | 'unclear'
  readonly reason: string | null
  readonly cipherSuite: string | null
}

interface TlsResult {
  readonly subject: string
  readonly referenceIdentity: string
  readonly addresses: readonly {
    readonly address: string
    readonly outcome: string
    readonly detail: string | null
    readonly protocols: readonly Protocol[]
    readonly chains: readonly {
      readonly versions: readonly string[]
      readonly sent: readonly string[]
      readonly nameMatches: boolean | null
      readonly trustProblem: string | null
    }[]
  }[]
  readonly certificates: readonly Certificate[]
}

export interface Certificate {
  readonly readable: boolean
  readonly fingerprint: string
  readonly subject?: string
  readonly issuer?: string
  readonly notBefore?: string
  readonly notAfter?: string
  readonly key?: { readonly type: string; readonly bits: number | null; readonly curve: string | null }
  readonly isTrusted?: boolean
}

/** Addresses that show the same versions and the same suites, as one matrix. */
export interface Matrix {
  readonly addresses: readonly string[]
  readonly suites: readonly string[]
  readonly protocols: readonly Protocol[]
}

export const tlsResult = (result: NonNullable<Run['result']>): TlsResult => result as unknown as TlsResult

export function matricesOf({ addresses }: Pick<TlsResult, 'addresses'>): Matrix[] {
  const spoken = addresses.filter(({ protocols }) => protocols.length > 0)
  return [...Map.groupBy(spoken, ({ protocols }) => JSON.stringify(protocols)).values()].map((alike) => {
    const { protocols } = alike[0]!
    const suites = protocols.flatMap(({ cipherSuite }) => (cipherSuite === null ? [] : [cipherSuite]))
    return { addresses: alike.map(({ address }) => address), suites: [...new Set(suites)], protocols }
  })
}

export type Cell = 'chosen' | 'not-judged' | 'not-offered' | 'unclear'

/** What is known of a version with a suite. One suite is seen for each version, the server's choice: of the others nothing is known. */
export function cellOf({ state, cipherSuite }: Protocol, suite: string): Cell {
  if (state === 'rejected') return 'not-offered'
  if (state === 'unclear') return 'unclear'
  return cipherSuite === suite ? 'chosen' : 'not-judged'
}

/** The certificates that servers sent, the server's own first; roots that only we hold are left out. */
export function sentCertificates({ addresses, certificates }: Pick<TlsResult, 'addresses' | 'certificates'>) {
  const order = [...new Set(addresses.flatMap(({ chains }) => chains.flatMap(({ sent }) => sent)))]
  const byPrint = new Map(certificates.map((certificate) => [certificate.fingerprint, certificate]))
  return order.flatMap((fingerprint) => byPrint.get(fingerprint) ?? [])
}
