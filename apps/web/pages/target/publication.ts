interface Facts {
  readonly kind: 'dns-txt' | 'http-file' | 'ptr'
  readonly token: string
  readonly publish: string
}

/** The pieces to publish, each ready to copy: a record, or an address and the text that it answers with. */
export function publicationOf(
  { canonical }: { readonly canonical: string },
  { kind, token, publish }: Facts,
): readonly string[] {
  if (kind === 'dns-txt') return [publish]
  if (kind === 'ptr') return [pointerNameOf(canonical)]
  const host = canonical.includes(':') ? `[${canonical}]` : canonical
  return [`http://${host}/.well-known/portlight/${token}`, token]
}

/** Where the PTR record of an address stands. */
export function pointerNameOf(address: string): string {
  if (!address.includes(':')) return `${address.split('.').toReversed().join('.')}.in-addr.arpa.`
  const [before = '', after] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [head, tail] = [groups(before), groups(after ?? '')]
  const zeros = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0')
  const digits = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join('')
  return `${digits.split('').toReversed().join('.')}.ip6.arpa.`
}
