export interface SpecialName {
  readonly suffix: string
  readonly is: string
  readonly reference: string
}

/** Names that never lead to a public host, wherever they seem to resolve: IANA's special-use names (RFC 6761), and those that private networks use. */
export const specialNames: readonly SpecialName[] = [
  { suffix: 'alt', is: 'outside the DNS', reference: 'RFC 9476' },
  { suffix: 'arpa', is: 'for the infrastructure of the DNS', reference: 'RFC 3172 §2' },
  { suffix: 'example', is: 'for examples in documents', reference: 'RFC 6761 §6.5' },
  { suffix: 'internal', is: 'for private networks', reference: 'ICANN 2024-07-29' },
  { suffix: 'invalid', is: 'never a name', reference: 'RFC 6761 §6.4' },
  { suffix: 'local', is: 'for the local link', reference: 'RFC 6762 §3' },
  { suffix: 'localhost', is: 'the machine itself', reference: 'RFC 6761 §6.3' },
  { suffix: 'onion', is: 'outside the DNS', reference: 'RFC 7686' },
  { suffix: 'test', is: 'for tests', reference: 'RFC 6761 §6.2' },
  { suffix: 'corp', is: 'for private networks', reference: 'RFC 6762 appendix G' },
  { suffix: 'home', is: 'for private networks', reference: 'RFC 6762 appendix G' },
  { suffix: 'intranet', is: 'for private networks', reference: 'RFC 6762 appendix G' },
  { suffix: 'lan', is: 'for private networks', reference: 'RFC 6762 appendix G' },
  { suffix: 'private', is: 'for private networks', reference: 'RFC 6762 appendix G' },
  { suffix: 'mail', is: 'for private networks', reference: 'ICANN 2018.02.04.12' },
  { suffix: 'localdomain', is: 'the machine itself', reference: 'hosts(5)' },
  { suffix: 'svc', is: 'for the inside of a cluster', reference: 'Kubernetes: DNS for Services and Pods' },
  { suffix: 'metadata.goog', is: "a cloud's metadata service", reference: 'Google Cloud: metadata server' },
]

/** The special-use name that this one is, or stands below; null for an ordinary name. */
export const specialNameOf = (name: string): SpecialName | null =>
  specialNames.find(({ suffix }) => name === suffix || name.endsWith(`.${suffix}`)) ?? null
